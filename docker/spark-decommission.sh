#!/bin/bash
# What Spark runs before an executor's container is stopped (spark.kubernetes.decommission.script): tells the executor to
# hand its blocks to the others, and waits for its end, 25 s of the pod's 30 s of grace at most.
set -u

pid=$(pgrep -o -x java) || exit 0
kill -s PWR "$pid"
timeout 25 tail --pid="$pid" -f /dev/null
exit 0
