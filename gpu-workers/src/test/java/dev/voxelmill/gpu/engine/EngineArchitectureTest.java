package dev.voxelmill.gpu.engine;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "dev.voxelmill.gpu",
    importOptions = ImportOption.DoNotIncludeTests.class)
class EngineArchitectureTest {
  @ArchTest
  static final ArchRule ONLY_THE_ENGINE_TOUCHES_THE_NATIVE_GLUE =
      noClasses()
          .that()
          .resideOutsideOfPackage("..gpu.engine..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.djl.pytorch..")
          .because("Kernel sets the thread's modes and owns the results of every call");

  @ArchTest
  static final ArchRule NOBODY_USES_A_GRADIENT_COLLECTOR =
      noClasses()
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("ai.djl.training.GradientCollector")
          .because("a process has one; scripts call torch.autograd.grad");

  @ArchTest
  static final ArchRule RANDOMNESS_NEEDS_NO_TENSOR_LIBRARY =
      noClasses()
          .that()
          .resideInAPackage("..gpu.random..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.djl..");
}
