# Becomes the JVM that runs $lb_main. Read by the scripts in bin/, which have set, with lb_ before it:
#   home   the distribution     name   for messages
#   first  modules whose jars go first on the class path
#   flags  for the JVM
#   quiet  not empty: what libraries log goes nowhere
#   train  a class whose main lives through what is usual, if an archive of classes is worth making
#   guest  a class whose main uses that one from another JVM, and ends it, if it does not end itself
#   native not empty: it uses native libraries
# No process is started on the way but a readlink where java is an unknown symlink: every git
# command waits for this.

# The names are ours alone: to assign to a variable that the caller exports changes it for the
# command, too. The broker, which runs no command of anybody's, uses them without the prefix.
if [ -z "${lb_main:-}" ]; then
  lb_home=$home lb_name=$name lb_main=$main lb_first=$first lb_flags=$flags lb_quiet=$quiet
  lb_train=$train lb_guest=$guest lb_native=$native
fi

lb_command=${1:-}

refuse() {
  printf '%s: %s\n' "$lb_name" "$1" >&2
  # What is printed is evaluated by a script that must not go on.
  [ "$lb_command" != acquire ] || echo "sh -c 'exit 69'"
  exit 69
}

# What the release file of a JDK says starting it would. Sets version and major, empty if unknown.
read_version() {
  lb_version='' lb_major=''
  [ -r "$1/release" ] || return 0
  while IFS= read -r lb_line; do
    case $lb_line in
      JAVA_VERSION=*)
        lb_version=${lb_line#JAVA_VERSION=\"}
        lb_version=${lb_version%\"*}
        lb_major=${lb_version%%[!0-9]*}
        return 0
        ;;
    esac
  done <"$1/release"
}

# Sets jdk to the newest JDK of the usual places and PATH; the one on PATH first among equals.
find_jdk() {
  lb_jdk='' lb_best=16
  lb_on_path=$(command -v java) || lb_on_path=''
  for lb_release in "${lb_on_path%/bin/java}/release" /usr/lib/jvm/*/release /usr/java/*/release \
    /Library/Java/JavaVirtualMachines/*/Contents/Home/release; do
    lb_found=${lb_release%/release}
    if [ -x "$lb_found/bin/java" ] && [ ! -h "$lb_found" ]; then
      read_version "$lb_found"
      if [ "${lb_major:-0}" -gt "$lb_best" ]; then lb_jdk=$lb_found lb_best=$lb_major; fi
    fi
  done
  [ -z "$lb_jdk" ] || return 0
  [ -n "$lb_on_path" ] ||
    refuse "there is no java on PATH and JAVA_HOME is not set; install Java 17 or newer"
  if [ -h "$lb_on_path" ]; then lb_jdk=$(readlink -f -- "$lb_on_path") || lb_jdk=$lb_on_path; else lb_jdk=$lb_on_path; fi
  lb_jdk=${lb_jdk%/bin/java}
}

lb_jdk=${JAVA_HOME:-}
if [ -n "$lb_jdk" ] && [ -n "${LOCKBROKER_GIT:-}" ]; then
  # Behind the shim JAVA_HOME is the project's, which may need an older one: nobody chose it for us.
  read_version "$lb_jdk"
  [ -x "$lb_jdk/bin/java" ] && [ "${lb_major:-17}" -ge 17 ] || lb_jdk=
fi
if [ -n "$lb_jdk" ]; then
  [ -x "$lb_jdk/bin/java" ] || refuse "JAVA_HOME is '$lb_jdk', which has no bin/java; correct or unset it"
elif [ -x "$lb_home/jre/bin/java" ]; then
  lb_jdk=$lb_home/jre
else
  find_jdk
fi
lb_java=$lb_jdk/bin/java
[ -x "$lb_java" ] || lb_java=java
read_version "$lb_jdk"
[ "${lb_major:-17}" -ge 17 ] ||
  refuse "'$lb_java' is Java $lb_version, and Java 17 or newer is needed; set JAVA_HOME to one"

# The collector of the shortest start: the older JVMs can use their archived modules with G1 only.
lb_gc=-XX:+UseSerialGC
[ "${lb_major:-17}" -ge 21 ] || [ -n "${lb_native:-}" ] ||
  lb_gc="-XX:+UseG1GC -XX:ParallelGCThreads=1 -XX:ConcGCThreads=1 -XX:G1ConcRefinementThreads=1"
lb_flags="$lb_gc $lb_flags"
# From 24 on a JVM warns of native libraries that were not allowed; before, allowing them keeps it
# from using its archived modules.
[ -z "${lb_native:-}" ] || [ "${lb_major:-17}" -lt 24 ] || lb_flags="--enable-native-access=ALL-UNNAMED $lb_flags"

# A command under a lock needs the first jars only, where there is no broker and never was one: from
# 22 on a JVM opens all that it is given (9 ms). What comes later than this look is done without.
lb_all=yes
case $lb_command:${LOCKBROKER_MODE:-auto}:${LOCKBROKER_AUTOSTART:-} in
  run:direct:* | git:direct:*) lb_all='' ;;
  run:auto: | git:auto: | run:auto:false | git:auto:false)
    lb_socket=${LOCKBROKER_SOCKET:-${XDG_RUNTIME_DIR:+$XDG_RUNTIME_DIR/lockbroker/broker.sock}}
    [ -z "$lb_socket" ] || [ -e "$lb_socket" ] || [ -e "${lb_socket%/*}/broker.lock" ] || lb_all=''
    ;;
esac

# Named one by one: the order of lib/* is the file system's, and a class archive wants the same each
# time. What is named twice is opened once.
lb_classpath=
for lb_module in $lb_first; do
  for lb_jar in "$lb_home"/lib/lockbroker-"$lb_module"-*.jar "$lb_home"/lib/"$lb_module"-[0-9]*.jar; do
    [ ! -e "$lb_jar" ] || lb_classpath=$lb_classpath:$lb_jar
  done
done
lb_short=${lb_classpath#:}
if [ -n "$lb_all" ]; then
  for lb_jar in "$lb_home"/lib/*.jar; do
    case $lb_classpath: in *":$lb_jar:"*) ;; *) lb_classpath=$lb_classpath:$lb_jar ;; esac
  done
fi
lb_classpath=${lb_classpath#:}
[ -z "${lb_guest:-}" ] || lb_short=$lb_classpath
[ -n "$lb_classpath" ] || refuse "'$lb_home/lib' has no jars; build or install Lockbroker again"

# With an archive of its classes the JVM starts in half the time. It stands beside the jars if they
# are the user's own, else in his cache. Where there is none, this run goes without, and one is made
# behind its back; nothing that goes wrong there is of any consequence. LOCKBROKER_ARCHIVE is a
# folder for it, or 'off'.
lb_archive='' lb_train=${lb_train:-}
[ "${LOCKBROKER_ARCHIVE:-}" != off ] && [ -n "$lb_version" ] || lb_train=''
if [ -n "$lb_train" ]; then
  lb_folder=$lb_home/archive
  if [ -n "${LOCKBROKER_ARCHIVE:-}" ]; then
    lb_folder=$LOCKBROKER_ARCHIVE
  elif [ ! -w "$lb_home" ] && [ ! -e "$lb_folder$lb_jdk" ]; then
    lb_folder=${XDG_CACHE_HOME:-${HOME:-}/.cache}/lockbroker$lb_home
  fi
  lb_archive=$lb_folder$lb_jdk/$lb_name-$lb_version.jsa
  # The option takes a list of files.
  case $lb_archive in *:* | [!/]*) lb_archive='' lb_train='' ;; esac
fi
if [ -n "$lb_train" ] && [ ! "$lb_archive" -nt "$lb_home/lib" ]; then
  # The file beside it says who makes one, or that it cannot be made.
  lb_maker=''
  [ ! -e "$lb_archive.maker" ] || read -r lb_maker <"$lb_archive.maker" || lb_maker=''
  if [ "$lb_maker" != none ] && ! { [ -n "$lb_maker" ] && kill -0 "$lb_maker"; } 2>/dev/null; then
    . "$lb_home/libexec/archive.sh"
    (
      # Whoever has more jars behind these can use it as well.
      home=$lb_home java=$lb_java version=$lb_version major=$lb_major classpath=$lb_short
      archive=$lb_archive flags=$lb_flags train=$lb_train guest=${lb_guest:-}
      make_archive_aside
    )
  fi
  lb_archive=''
fi
if [ -n "$lb_archive" ]; then
  if [ "$lb_major" -ge 24 ]; then lb_archive=-XX:AOTCache=$lb_archive; else lb_archive=-XX:SharedArchiveFile=$lb_archive; fi
fi

# In the C locale, which is what cron and CI give, a JVM turns every letter outside ASCII into a
# question mark, also in the arguments of the command it is to start. That command gets the caller's
# own locale back.
LOCKBROKER_LC_ALL=${LC_ALL+=$LC_ALL}
LC_ALL=C.UTF-8
export LC_ALL LOCKBROKER_LC_ALL

# Java cannot ask what stderr is.
lb_terminal=''
if [ -t 2 ] && [ "${TERM:-dumb}" != dumb ]; then lb_terminal=-Dlockbroker.terminal=yes; fi

lb_logging=
[ -z "${lb_quiet:-}" ] || lb_logging=$lb_home/libexec/quiet.properties

# What a JVM says about itself would go to stdout, which is the child's.
# $lb_flags and $LOCKBROKER_JAVA_OPTS unquoted: words.
exec "$lb_java" -Dlockbroker.home="$lb_home" ${lb_archive:+"$lb_archive"} $lb_flags \
  -Xlog:disable -Xlog:all=error:stderr ${lb_logging:+"-Djava.util.logging.config.file=$lb_logging"} $lb_terminal \
  ${LOCKBROKER_JAVA_OPTS:-} -cp "$lb_classpath" "$lb_main" "$@"
