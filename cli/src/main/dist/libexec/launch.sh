# Becomes the JVM that runs $main. Read by the scripts in bin/, which have set:
#   home   the distribution     name   for messages
#   first  modules whose jars go first on the class path
#   flags  for the JVM
#   quiet  not empty: what libraries log goes nowhere
#   train  a class whose main lives through what is usual, if an archive of classes is worth making
# No process is started on the way but a readlink where java is an unknown symlink: every git
# command waits for this.

refuse() {
  printf '%s: %s\n' "$name" "$1" >&2
  exit 69
}

# What the release file of a JDK says starting it would. Sets version and major, empty if unknown.
read_version() {
  version='' major=''
  [ -r "$1/release" ] || return 0
  while IFS= read -r line; do
    case $line in
      JAVA_VERSION=*)
        version=${line#JAVA_VERSION=\"}
        version=${version%\"*}
        major=${version%%[!0-9]*}
        return 0
        ;;
    esac
  done <"$1/release"
}

# Sets jdk to the newest JDK of the usual places and PATH; the one on PATH first among equals.
find_jdk() {
  jdk='' best=16
  on_path=$(command -v java) || on_path=''
  for release in "${on_path%/bin/java}/release" /usr/lib/jvm/*/release /usr/java/*/release \
    /Library/Java/JavaVirtualMachines/*/Contents/Home/release; do
    found=${release%/release}
    if [ -x "$found/bin/java" ] && [ ! -h "$found" ]; then
      read_version "$found"
      if [ "${major:-0}" -gt "$best" ]; then jdk=$found best=$major; fi
    fi
  done
  [ -z "$jdk" ] || return 0
  [ -n "$on_path" ] ||
    refuse "there is no java on PATH and JAVA_HOME is not set; install Java 17 or newer"
  if [ -h "$on_path" ]; then jdk=$(readlink -f -- "$on_path") || jdk=$on_path; else jdk=$on_path; fi
  jdk=${jdk%/bin/java}
}

if [ -n "${JAVA_HOME:-}" ]; then
  jdk=$JAVA_HOME
  [ -x "$jdk/bin/java" ] || refuse "JAVA_HOME is '$jdk', which has no bin/java; correct or unset it"
elif [ -x "$home/jre/bin/java" ]; then
  jdk=$home/jre
else
  find_jdk
fi
java=$jdk/bin/java
[ -x "$java" ] || java=java
read_version "$jdk"
[ "${major:-17}" -ge 17 ] ||
  refuse "'$java' is Java $version, and Java 17 or newer is needed; set JAVA_HOME to one"

# The collector of the shortest start: the older JVMs can use their archived modules with G1 only.
gc=-XX:+UseSerialGC
[ "${major:-17}" -ge 21 ] ||
  gc="-XX:+UseG1GC -XX:ParallelGCThreads=1 -XX:ConcGCThreads=1 -XX:G1ConcRefinementThreads=1"
flags="$gc $flags"

# Named one by one: the order of lib/* is the file system's, and a class archive wants the same each
# time. What is named twice is opened once.
classpath=
for module in $first; do
  for jar in "$home"/lib/lockbroker-"$module"-*.jar "$home"/lib/"$module"-[0-9]*.jar; do
    [ -e "$jar" ] && classpath=$classpath:$jar
  done
done
for jar in "$home"/lib/*.jar; do
  case $classpath: in *":$jar:"*) ;; *) classpath=$classpath:$jar ;; esac
done
classpath=${classpath#:}
[ -n "$classpath" ] || refuse "'$home/lib' has no jars; build or install Lockbroker again"

# With an archive of its classes the JVM starts in half the time. It stands beside the jars if they
# are the user's own, else in his cache. Where there is none, this run goes without, and one is made
# behind its back; nothing that goes wrong there is of any consequence. LOCKBROKER_ARCHIVE is a
# folder for it, or 'off'.
archive='' train=${train:-}
[ "${LOCKBROKER_ARCHIVE:-}" != off ] && [ -n "$version" ] || train=''
if [ -n "$train" ]; then
  folder=$home/archive
  if [ -n "${LOCKBROKER_ARCHIVE:-}" ]; then
    folder=$LOCKBROKER_ARCHIVE
  elif [ ! -w "$home" ] && [ ! -e "$folder$jdk" ]; then
    folder=${XDG_CACHE_HOME:-${HOME:-}/.cache}/lockbroker$home
  fi
  archive=$folder$jdk/$name-$version.jsa
  # The option takes a list of files.
  case $archive in *:* | [!/]*) archive='' train='' ;; esac
fi
if [ -n "$train" ] && [ ! "$archive" -nt "$home/lib" ]; then
  # The file beside it says who makes one, or that it cannot be made.
  maker=''
  [ ! -e "$archive.maker" ] || read -r maker <"$archive.maker" || maker=''
  if [ "$maker" != none ] && ! { [ -n "$maker" ] && kill -0 "$maker"; } 2>/dev/null; then
    . "$home/libexec/archive.sh"
    make_archive_aside
  fi
  archive=''
fi
if [ -n "$archive" ]; then
  if [ "$major" -ge 24 ]; then archive=-XX:AOTCache=$archive; else archive=-XX:SharedArchiveFile=$archive; fi
fi

# In the C locale, which is what cron and CI give, a JVM turns every letter outside ASCII into a
# question mark, also in the arguments of the command it is to start. That command gets the caller's
# own locale back.
LOCKBROKER_LC_ALL=${LC_ALL+=$LC_ALL}
LC_ALL=C.UTF-8
export LC_ALL LOCKBROKER_LC_ALL

# Java cannot ask what stderr is.
terminal=''
if [ -t 2 ] && [ "${TERM:-dumb}" != dumb ]; then terminal=-Dlockbroker.terminal=yes; fi

logging=
[ -z "${quiet:-}" ] || logging=$home/libexec/quiet.properties

# What a JVM says about itself would go to stdout, which is the child's.
# $flags and $LOCKBROKER_JAVA_OPTS unquoted: words.
exec "$java" ${archive:+"$archive"} -Dlockbroker.home="$home" $flags \
  -Xlog:disable -Xlog:all=error:stderr ${logging:+"-Djava.util.logging.config.file=$logging"} $terminal \
  ${LOCKBROKER_JAVA_OPTS:-} -cp "$classpath" "$main" "$@"
