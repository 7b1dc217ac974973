-- Rides by campaign, for the Monday meeting.
SELECT campaign, count(*) FROM rides GROUP BY campaign;
