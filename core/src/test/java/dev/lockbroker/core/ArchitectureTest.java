package dev.lockbroker.core;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.lockbroker.core.journal.Aftermath;
import dev.lockbroker.core.journal.Arbiter;
import dev.lockbroker.core.journal.LeaseTag;
import dev.lockbroker.core.journal.PercentCodec;
import dev.lockbroker.core.process.Printable;
import dev.lockbroker.core.process.ProcessIdentity;
import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The arrows of the design, checked. */
class ArchitectureTest {
  private static final String TABLE = "dev.lockbroker.core.table..";

  private static final JavaClasses CORE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.lockbroker.core");

  @Test
  void core_needs_nothing_but_the_jdk() {
    classes()
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage("java..", "org.jspecify..", "dev.lockbroker.core.."))
        .check(CORE);
  }

  @Test
  void the_table_needs_nothing_but_itself_the_name_of_a_process_and_the_escaping_of_text() {
    classes()
        .that()
        .resideInAPackage(TABLE)
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage("java.lang..", "java.util..", "org.jspecify..", TABLE)
                .or(type(ProcessIdentity.class))
                .or(type(Printable.class)))
        .check(CORE);
  }

  @Test
  void the_table_has_no_threads_and_no_files() {
    noClasses()
        .that()
        .resideInAPackage(TABLE)
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("java.io..", "java.nio..", "java.util.concurrent..")
                .or(type(Thread.class))
                .or(type(ProcessHandle.class)))
        .check(CORE);
  }

  @Test
  void only_the_host_reads_a_clock_and_the_sweep_of_run_folders() {
    noClasses()
        .that(
            not(type(dev.lockbroker.core.process.LinuxHost.class))
                .and(resideInAnyPackage(TABLE, "dev.lockbroker.core.process..")))
        .should()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(Instant.class, "now")
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Clock.class)
        .check(CORE);
  }

  @Test
  void processes_know_neither_table_nor_journal() {
    noClasses()
        .that()
        .resideInAPackage("dev.lockbroker.core.process..")
        .should()
        .dependOnClassesThat(
            resideInAPackage(TABLE).or(resideInAPackage("dev.lockbroker.core.journal..")))
        .check(CORE);
  }

  @Test
  void of_the_journal_only_its_wiring_knows_git_and_git_knows_only_the_seam() {
    String git = "dev.lockbroker.core.git..";
    String journal = "dev.lockbroker.core.journal..";
    noClasses()
        .that(resideInAPackage(journal).and(not(type(Arbiter.class))))
        .should()
        .dependOnClassesThat(resideInAPackage(git))
        .check(CORE);
    noClasses()
        .that(resideInAPackage(git))
        .should()
        .dependOnClassesThat(
            resideInAPackage(journal)
                .and(not(type(Aftermath.class)))
                .and(not(type(LeaseTag.class)))
                .and(not(type(PercentCodec.class))))
        .check(CORE);
  }
}
