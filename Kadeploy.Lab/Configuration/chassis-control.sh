#!/bin/sh
# Called by a node's BMC, which answers nobody until this returns, so it starts no program:
#   NODE_FOLDER get power|boot...          answered from files that the supervisor keeps
#   NODE_FOLDER set PARAMETER VALUE...     handed to the supervisor, which says when it is done
node=$1 operation=$2
shift 2
case $operation in
get)
    for parameter; do
        case $parameter in
        power | boot) read -r value <"$node/$parameter" ;;
        *) value=0 ;;
        esac
        echo "$parameter:$value"
    done
    ;;
set)
    while [ $# -ge 2 ]; do
        echo "${node##*/node-} $$ $1 $2" >"$node/../requests"
        while read -r caller result; do
            [ "$caller" = $$ ] && break
        done <"$node/answers"
        [ "$result" = done ] || exit 1
        shift 2
    done
    ;;
esac
exit 0
