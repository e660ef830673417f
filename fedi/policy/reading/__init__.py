"""What others say to machines, read back: one file per place. Readers never raise, whatever they are given.

A reader gives the axes that its place speaks about and no others. Words that nobody defined give none; those that
forbid something in a form we do not know give the strictest reading.
"""
