#!/bin/sh
printf 'Content-Type: text/plain\r\n\r\nHello from task %s on node %s\n' "$TASK" "$NODE"
