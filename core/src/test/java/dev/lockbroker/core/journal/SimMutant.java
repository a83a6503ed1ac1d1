package dev.lockbroker.core.journal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * The real core with a fault in its source text: the changed classes are compiled in memory, and
 * all of core and of these tests is loaded anew around them.
 */
final class SimMutant {
  private static final Path SOURCES = Path.of("src/main/java/dev/lockbroker/core");

  private final Map<String, byte[]> changed = new HashMap<>();

  /**
   * A piece of source text, which must be there exactly once, and what stands there instead.
   *
   * @param file relative to the package of core
   */
  record Edit(String file, String from, String to) {}

  SimMutant(List<Edit> edits) throws IOException {
    Map<String, String> texts = new LinkedHashMap<>();
    for (Edit edit : edits) {
      String text = texts.get(edit.file());
      if (text == null) {
        text = Files.readString(SOURCES.resolve(edit.file()));
      }
      int at = text.indexOf(edit.from());
      if (at < 0 || text.indexOf(edit.from(), at + 1) >= 0) {
        throw new IllegalStateException(
            edit.file() + " does not contain exactly once: " + edit.from());
      }
      texts.put(edit.file(), text.replace(edit.from(), edit.to()));
    }
    if (!texts.isEmpty()) {
      compile(texts);
    }
  }

  /** Looks for a broken law in the runs of these seeds; null if there is none. */
  @Nullable String hunt(String faults, long from, int runs) {
    try {
      Class<?> hunter = Class.forName(SimHunt.class.getName(), true, new Anew());
      Object found =
          hunter
              .getMethod("find", String.class, long.class, int.class)
              .invoke(null, faults, from, runs);
      return (String) found;
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private void compile(Map<String, String> texts) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<JavaFileObject> sources = new ArrayList<>();
    texts.forEach((file, text) -> sources.add(new Source(file, text)));
    StringWriter complaints = new StringWriter();
    List<String> options =
        List.of(
            "-proc:none",
            "-nowarn",
            "-classpath",
            placeOf(Arbiter.class) + separator() + jspecify());
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      boolean done =
          compiler.getTask(complaints, new Memory(files), null, options, null, sources).call();
      if (!done) {
        throw new IllegalStateException("a mutation does not compile:\n" + complaints);
      }
    }
  }

  private static String separator() {
    return java.io.File.pathSeparator;
  }

  private static String jspecify() {
    return placeOf(Nullable.class);
  }

  private static String placeOf(Class<?> type) {
    return Path.of(
            URI.create(String.valueOf(type.getProtectionDomain().getCodeSource().getLocation())))
        .toString();
  }

  /** A source text in memory. */
  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String file, String text) {
      super(URI.create("mem:///dev/lockbroker/core/" + file), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreErrors) {
      return text;
    }
  }

  /** Keeps what is compiled in memory. */
  private final class Memory extends ForwardingJavaFileManager<StandardJavaFileManager> {
    Memory(StandardJavaFileManager files) {
      super(files);
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
        JavaFileManager.Location location,
        String className,
        JavaFileObject.Kind kind,
        @Nullable FileObject sibling) {
      return new SimpleJavaFileObject(URI.create("mem:///" + className), kind) {
        @Override
        public OutputStream openOutputStream() {
          return new ByteArrayOutputStream() {
            @Override
            public void close() {
              changed.put(className, toByteArray());
            }
          };
        }
      };
    }
  }

  /** Loads core and its tests by itself, with the changed classes among them. */
  private final class Anew extends ClassLoader {
    Anew() {
      super(SimMutant.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith("dev.lockbroker.core.")) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> known = findLoadedClass(name);
        return known != null ? known : define(name);
      }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
      byte[] bytes = changed.get(name);
      if (bytes == null) {
        bytes = original(name);
      }
      return defineClass(name, bytes, 0, bytes.length);
    }

    private byte[] original(String name) throws ClassNotFoundException {
      try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
        if (in == null) {
          throw new ClassNotFoundException(name);
        }
        return in.readAllBytes();
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }
}
