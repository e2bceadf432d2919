-- How a node ended in its operations, newest first without reading all events: what is on it, and whether that may be rebooted.
CREATE INDEX events_of_node_ends ON events (node, sequence) WHERE kind = 11;
