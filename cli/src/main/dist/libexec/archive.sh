# Makes the archive of classes that launch.sh looks for. Read by launch.sh, and by whatever installs
# a distribution, which have set what launch.sh says and also
#   java, version, major, classpath, archive

# Starts it in a session of its own, which neither the terminal nor a lease knows about.
make_archive_aside() {
  (
    unset LOCKBROKER_LEASE
    case $(command -v setsid) in '') own= ;; *) own=setsid ;; esac
    export home java major classpath archive flags train guest
    $own nice -n 10 sh -c '. "$home/libexec/archive.sh" && make_archive' &
  ) </dev/null >/dev/null 2>&1
}

# Leaves "none" in the file of the maker if this JVM cannot make one. Where only the guest fails (a
# busy machine), the next start tries again.
make_archive() {
  mkdir -p -- "${archive%/*}" || return
  [ ! -e "$archive.maker" ] || rm -f -- "$archive.maker"
  (set -C && echo "$$" >"$archive.maker") 2>/dev/null || return
  play=$(mktemp -d) || { rm -f -- "$archive.maker"; return 1; }
  train_into "$archive.$$"
  result=$?
  if [ "$result" -eq 0 ] && [ -s "$archive.$$" ] && mv -f -- "$archive.$$" "$archive"; then
    rm -f -- "$archive.maker"
  elif [ "$result" -eq 75 ]; then
    rm -f -- "$archive.maker"
  else
    echo none >"$archive.maker"
  fi
  rm -rf -- "$play" "$archive.$$"*
}

# The JVM that is trained must be started like those that use the archive. $flags unquoted: words.
train_into() (
  LC_ALL=C.UTF-8 HOME=$play LOCKBROKER_STATE=$play/state LOCKBROKER_MODE=direct
  LOCKBROKER_SOCKET=$play/b.sock LOCKBROKER_ARCHIVE=off LOCKBROKER_MAINTENANCE=off LOCKBROKER_IDLE_EXIT=60s
  export LC_ALL HOME LOCKBROKER_STATE LOCKBROKER_MODE LOCKBROKER_SOCKET LOCKBROKER_ARCHIVE LOCKBROKER_MAINTENANCE \
    LOCKBROKER_IDLE_EXIT
  # Neither the user's hooks nor his signing key have to do with it.
  GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
  export GIT_CONFIG_GLOBAL GIT_CONFIG_NOSYSTEM
  unset LOCKBROKER_WAIT LOCKBROKER_LABEL LOCKBROKER_DISABLE NOTIFY_SOCKET XDG_CONFIG_HOME GIT_TEMPLATE_DIR \
    $(git rev-parse --local-env-vars)
  cd -- "$play" && git init -q . || return
  if [ "$major" -ge 24 ]; then
    run_trained -XX:AOTMode=record -XX:AOTConfiguration="$1.conf" &&
      "$java" -XX:AOTMode=create -XX:AOTConfiguration="$1.conf" -XX:AOTCache="$1" \
        $flags -cp "$classpath" </dev/null >/dev/null 2>&1
  else
    run_trained -XX:ArchiveClassesAtExit="$1"
  fi
)

# A guest uses what is trained, and ends it. 75: it failed.
run_trained() {
  "$java" "$@" -Dlockbroker.home="$home" $flags -cp "$classpath" "$train" </dev/null >/dev/null 2>&1 &
  [ -z "$guest" ] || "$java" -XX:TieredStopAtLevel=1 -cp "$classpath" "$guest" </dev/null >/dev/null 2>&1 ||
    { kill -9 "$!"; return 75; }
  wait "$!"
}
