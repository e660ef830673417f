"""One file per protection stage: `run(job)` reads its predecessor's files in the work folder and writes its own.

A stage writes by temporary name and rename, may be run twice, and returns a JSON detail. Stages are independent of
each other: what they share lies in `fedi.media`.
"""
