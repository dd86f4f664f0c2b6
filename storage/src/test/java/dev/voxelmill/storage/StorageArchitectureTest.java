package dev.voxelmill.storage;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "dev.voxelmill.storage",
    importOptions = ImportOption.DoNotIncludeTests.class)
class StorageArchitectureTest {
  @ArchTest
  static final ArchRule ONLY_THE_BROKER_PACKAGE_SEES_THE_BROKERS_SERVER_CLASSES =
      noClasses()
          .that()
          .resideOutsideOfPackage("..storage.broker..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "kafka..",
              "scala..",
              "org.apache.kafka.metadata..",
              "org.apache.kafka.server..",
              "org.apache.kafka.raft..",
              "org.apache.kafka.controller..");

  @ArchTest
  static final ArchRule NOTHING_BUT_THE_BENCH_DEPENDS_ON_THE_EMBEDDED_BROKER =
      noClasses()
          .that()
          .resideOutsideOfPackages("..storage.broker..", "..storage.bench..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("..storage.broker..");

  @ArchTest
  static final ArchRule PACKAGES_FORM_NO_CYCLES =
      slices().matching("dev.voxelmill.storage.(*)..").should().beFreeOfCycles();
}
