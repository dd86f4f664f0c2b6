package dev.voxelmill.e2e;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows between the modules: protocols, then storage, then the two planes, never across. */
@AnalyzeClasses(packages = "dev.voxelmill", importOptions = ImportOption.DoNotIncludeTests.class)
class ModuleGraphTest {
  private static final String PROTOCOLS = "dev.voxelmill.protocols..";
  private static final String STORAGE = "dev.voxelmill.storage..";
  private static final String DATA_PLANE = "dev.voxelmill.gpu..";
  private static final String CONTROL_PLANE = "dev.voxelmill.actors..";
  private static final String DJL = "ai.djl..";

  @ArchTest
  static final ArchRule theControlPlaneNeverReachesTheDataPlaneOrDjl =
      noClasses()
          .that()
          .resideInAPackage(CONTROL_PLANE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(DATA_PLANE, DJL);

  @ArchTest
  static final ArchRule theDataPlaneNeverReachesTheControlPlane =
      noClasses()
          .that()
          .resideInAPackage(DATA_PLANE)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(CONTROL_PLANE);

  @ArchTest
  static final ArchRule onlyTheDataPlaneSeesDjl =
      noClasses()
          .that()
          .resideOutsideOfPackage(DATA_PLANE)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(DJL);

  @ArchTest
  static final ArchRule storageKnowsOnlyProtocols =
      noClasses()
          .that()
          .resideInAPackage(STORAGE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(DATA_PLANE, CONTROL_PLANE);

  @ArchTest
  static final ArchRule protocolsKnowNoOtherModule =
      noClasses()
          .that()
          .resideInAPackage(PROTOCOLS)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(STORAGE, DATA_PLANE, CONTROL_PLANE);

  @ArchTest
  static final ArchRule onlyTheEmbeddedBrokerSeesKafkasServer =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.voxelmill.storage.broker..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "kafka..",
              "org.apache.kafka.server..",
              "org.apache.kafka.metadata..",
              "org.apache.kafka.raft..",
              "org.apache.kafka.storage..");

  @ArchTest
  static final ArchRule thereAreNoPackageCycles =
      slices().matching("dev.voxelmill.(*).(*)..").should().beFreeOfCycles();
}
