"""Every figure that Prometheus is given, by family: what is counted, its unit, its labels.

Labels are names from the code (a route's pattern, a command, a strategy), never a nest's code and
never a person. The processes of a server are added up (see metric_files.py).
"""

import os

from andre.telemetry.metric_files import metrics_folder, process_name

# The client library looks for this name when it is imported.
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(metrics_folder())

from prometheus_client import Counter, Gauge, Histogram, values

values.ValueClass = values.MultiProcessValue(process_name)  # type: ignore[no-untyped-call]

FAST = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)  # seconds
LATE = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

http_requests = Counter(
    "andre_http_requests", "Requests answered over HTTP", ["method", "route", "status"]
)
http_seconds = Histogram(
    "andre_http_request_seconds",
    "From a request to the head of its answer",
    ["route"],
    buckets=FAST,
)
commands_done = Counter(
    "andre_commands",
    "Commands that have ended, by how: done, a refusal's code, failed",
    ["command", "outcome"],
)
command_seconds = Histogram(
    "andre_command_seconds",
    "A command from its limits to its last change",
    ["command"],
    buckets=FAST,
)
ws_connections = Gauge(
    "andre_ws_connections", "WebSockets that are open", multiprocess_mode="livesum"
)
ws_connects = Counter("andre_ws_connects", "WebSockets that were let in")
ws_reconnects = Counter("andre_ws_reconnects", "WebSockets of pages that had been here before")
ws_disconnects = Counter("andre_ws_disconnects", "WebSockets that have ended, after being let in")
events_total = Counter("andre_events", "Events of nests read from their streams")
pubsub_messages = Counter("andre_pubsub_messages", "Notifications heard from Redis")
pubsub_bytes = Counter("andre_pubsub_bytes", "Bytes of these notifications")
deliveries = Counter("andre_event_deliveries", "Events put into a connection's send queue")
delivered_bytes = Counter("andre_event_delivered_bytes", "Characters of these events")
fanout_seconds = Histogram(
    "andre_fanout_seconds", "From a notification to the last connection's send queue", buckets=FAST
)
redis_seconds = Histogram(
    "andre_redis_script_seconds", "A script of ours, there and back", buckets=FAST
)
tick_lateness = Histogram(
    "andre_tick_lateness_seconds", "From the scheduled end of a song to its change", buckets=LATE
)
sync_error = Histogram(
    "andre_sync_error_seconds", "How far off the nest's position players report to be", buckets=LATE
)
bender_picks = Counter("andre_bender_picks", "Songs that Bender has chosen", ["strategy"])
bender_failures = Counter("andre_bender_failures", "Times that Bender has found nothing to play")
nests_created = Counter("andre_nests_created", "Nests that people have built")
nests_deleted = Counter("andre_nests_deleted", "Nests that have ended", ["reason"])
code_collisions = Counter("andre_nest_code_collisions", "Codes drawn for a nest that were taken")
cleanup_runs = Counter("andre_cleanup_runs", "Runs of the clean-up of nests")
cleanup_last = Gauge(
    "andre_cleanup_last_run_timestamp_seconds",
    "When the clean-up of nests last ran to its end",
    multiprocess_mode="mostrecent",
)
