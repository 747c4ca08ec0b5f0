-- 0048_told: which alarms our people were told of, so that one is told once however often it is looked at, on whichever node.
CREATE TABLE alarm_told (
  kind TEXT PRIMARY KEY, raised @INT@ NOT NULL, at @INT@ NOT NULL     -- at: when they were last told
);
