package dev.lockbroker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockbroker.client.LockException;
import dev.lockbroker.client.UnavailableException;
import dev.lockbroker.core.journal.JournalException;
import dev.lockbroker.core.journal.JournalException.Fault;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ExitCodeTest {
  private static final Map<String, Integer> SDK =
      new TreeMap<>(
          Map.of(
              "InvalidRequestException", 64,
              "LeaseLostException", 75,
              "LockTimeoutException", 75,
              "NoSuchRepositoryException", 66,
              "UnavailableException", 69,
              "WorkerAliveException", 70,
              "WouldDeadlockException", 79));

  @Test
  void each_exception_of_the_sdk_has_its_documented_code() throws ReflectiveOperationException {
    Map<String, Integer> found = new TreeMap<>();
    for (Class<?> type : LockException.class.getPermittedSubclasses()) {
      found.put(type.getSimpleName(), ExitCode.of(instance(type)));
    }
    assertEquals(SDK, found);
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void each_fault_of_a_journal_has_a_code(Fault fault) throws ReflectiveOperationException {
    int code = ExitCode.of(journalException(fault));
    assertTrue(code >= ExitCode.USAGE && code <= ExitCode.DEADLOCK);
    assertNotEquals(ExitCode.INTERNAL, code);
  }

  @ParameterizedTest
  @EnumSource(UnavailableException.Cause.class)
  void each_cause_of_unavailability_has_a_code(UnavailableException.Cause cause) {
    int code = ExitCode.of(cause);
    assertTrue(code >= ExitCode.USAGE && code <= ExitCode.DEADLOCK);
  }

  @Test
  void the_fault_of_the_journal_tells_more_than_the_sdk() throws ReflectiveOperationException {
    Constructor<UnavailableException> constructor =
        UnavailableException.class.getDeclaredConstructor(
            UnavailableException.Cause.class, String.class, Throwable.class);
    constructor.setAccessible(true);
    UnavailableException busy =
        constructor.newInstance(
            UnavailableException.Cause.IO, "busy", journalException(Fault.GUARD_BUSY));
    assertEquals(ExitCode.NOT_ACQUIRED, ExitCode.of(busy));
  }

  @Test
  void what_nobody_has_foreseen_is_a_bug() {
    assertEquals(70, ExitCode.of(new IllegalStateException("?")));
    assertEquals(70, ExitCode.of(new NoClassDefFoundError("x")));
    assertTrue(Failures.explain(new IllegalStateException("?")).contains("bug"));
  }

  @Test
  void a_failing_file_system_is_no_bug() {
    assertEquals(ExitCode.IO, ExitCode.of(new IOException("No space left on device")));
  }

  private static JournalException journalException(Fault fault)
      throws ReflectiveOperationException {
    Constructor<JournalException> constructor =
        JournalException.class.getDeclaredConstructor(Fault.class, String.class);
    constructor.setAccessible(true);
    return constructor.newInstance(fault, "x");
  }

  /** Its constructors are the SDK's own affair; whichever it has, it is given something. */
  private static Throwable instance(Class<?> type) throws ReflectiveOperationException {
    Constructor<?> constructor = type.getDeclaredConstructors()[0];
    constructor.setAccessible(true);
    Object[] arguments = new Object[constructor.getParameterCount()];
    for (int i = 0; i < arguments.length; i++) {
      Class<?> wanted = constructor.getParameterTypes()[i];
      if (wanted == String.class) {
        arguments[i] = "x";
      } else if (wanted == List.class) {
        arguments[i] = List.of();
      } else if (wanted == UnavailableException.Cause.class) {
        arguments[i] = UnavailableException.Cause.NO_BROKER;
      }
    }
    return (Throwable) constructor.newInstance(arguments);
  }
}
