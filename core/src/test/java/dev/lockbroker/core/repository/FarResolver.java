package dev.lockbroker.core.repository;

import java.nio.file.Path;

/** A program that resolves its current directory, wherever and in whatever locale it runs. */
final class FarResolver {
  private FarResolver() {}

  public static void main(String[] arguments) throws ResolutionException {
    Lockable found = RepositoryResolver.resolve(Path.of(""), System.getenv(), Path.of("/state"));
    System.out.println(found.kind());
    System.out.println(RawPath.toText(found.key()));
    System.out.println(RawPath.toText(found.journalDirectory()));
    String worktree = String.valueOf(found.worktree());
    System.out.println(worktree.codePoints().boxed().toList()); // printable in every locale
  }
}
