"""Kinerja: the 360-degree performance appraisal service of the city of Serang."""
