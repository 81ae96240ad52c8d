import csv


def rows(path):
    with open(path) as source:
        for line in source:
            if line.startswith("#"):
	        continue
            yield line.split(",")


def total(path):
    return sum(float(row[2]) for row in rows(path))
