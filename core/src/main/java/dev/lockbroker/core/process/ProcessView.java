package dev.lockbroker.core.process;

/**
 * What a person is shown of a process. No decision may rest on it.
 *
 * @param state the state letter of {@code /proc/<pid>/stat} ({@code T} is stopped), {@code ?} if it
 *     could not be seen
 * @param commandLine its arguments, joined by spaces, at most 200 characters, safe to print:
 *     control and formatting characters are escaped. Empty for a zombie and where it is not
 *     readable
 */
public record ProcessView(char state, String commandLine) {}
