"""Cases (案件): an administrative matter, never a police case. From the report to the evaluation (DOMAIN A2, A7), with
clocks in working or calendar time (A4, B4) and four eyes: the unit that handled a case never inspects or closes it."""
