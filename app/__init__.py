"""Kinerja: the 360-degree performance appraisal service of the city of Serang."""

import gc

# Starting makes hundreds of thousands of objects that live as long as the process; looking through them again and again is
# a sixth of the time it takes. app/serving.py settles the matter when everything is there.
gc.set_threshold(50_000, 20, 20)
