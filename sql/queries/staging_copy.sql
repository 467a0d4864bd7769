COPY pg_temp.staging (line, source_time, round, value, open, high, low, volume)
FROM STDIN
