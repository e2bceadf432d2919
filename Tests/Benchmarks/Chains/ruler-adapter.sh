#!/bin/sh
# An adapter for a ruler that compares broadcast tools: it starts one receiver in each host's namespace and a sender in another, and says what it wants in BB_ variables.
# KADEPLOY_AGENT is the agent's native program, KADEPLOY_BENCHMARKS the folder in which Tests/Benchmarks was built; KADEPLOY_CHAIN may hold the words digests-off and sealed.
case $1 in
info) echo order=sender-first ready_port=25302 done=receivers sender_exits=no ready_sleep=0.5 ;;
version) "$KADEPLOY_AGENT" --version ;;
prepare) : ;;
receiver) exec "$KADEPLOY_AGENT" receive --to "$BB_SINK" <"$BB_WORK/request.$BB_IDX" ;;
# shellcheck disable=SC2086 # words
sender) exec dotnet "$KADEPLOY_BENCHMARKS/Kadeploy.Benchmarks.dll" chain-server "$BB_PAYLOAD" "$BB_N" "$BB_SENDER_IP" "$BB_WORK" $KADEPLOY_CHAIN ;;
esac
