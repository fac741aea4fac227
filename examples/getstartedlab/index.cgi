#!/bin/sh
read -r hostname </proc/sys/kernel/hostname
printf 'Content-Type: text/html\r\n\r\n'
printf '<h3>Hello World!</h3><b>Hostname:</b> %s<br><b>Visits:</b> <i>cannot connect to Redis, counter disabled</i>\n' "$hostname"
