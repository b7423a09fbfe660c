# Compliance at a glance, and the year of duties.
