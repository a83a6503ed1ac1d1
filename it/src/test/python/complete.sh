# Completes lines as bash would: complete.sh SCRIPT, each line of stdin a command line; the last word
# is the one to complete.
. "$1"
while read -r line; do
  IFS=' ' read -ra COMP_WORDS <<<"$line"
  [[ $line == *' ' ]] && COMP_WORDS+=("")
  [[ $line == *'$' ]] && COMP_WORDS[${#COMP_WORDS[@]}-1]=
  COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMP_LINE=$line COMP_POINT=${#line} COMPREPLY=()
  _lockctl 2>/dev/null
  printf '%s\n' "${COMPREPLY[@]}" | sort -u | tr '\n' ' '
  echo
done
