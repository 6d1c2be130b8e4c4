package io.tunemesh.contract;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.tunemesh.contract", importOptions = DoNotIncludeTests.class)
class WallsTest {

  @ArchTest
  static final ArchRule contractsKnowNoFramework =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.tunemesh.contract..",
              "java..",
              "com.fasterxml.jackson..",
              "jakarta.validation..",
              "com.networknt..");

  @ArchTest
  static final ArchRule onlyPlansValidateBySchema =
      classes()
          .that()
          .resideOutsideOfPackage("io.tunemesh.contract.plan")
          .should()
          .onlyDependOnClassesThat()
          .resideOutsideOfPackage("com.networknt..");

  /**
   * The features are free of cycles. The root package is no slice: {@link EventType} lists the
   * features' records, and these implement its {@link Event}.
   */
  @ArchTest
  static final ArchRule featuresFormNoCycle =
      slices().matching("io.tunemesh.contract.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule onlyEventTypeKnowsTheFeatures =
      classes()
          .that()
          .resideInAPackage("io.tunemesh.contract")
          .and()
          .doNotHaveSimpleName("EventType")
          .should()
          .onlyDependOnClassesThat()
          .resideOutsideOfPackages(
              "io.tunemesh.contract.upload..",
              "io.tunemesh.contract.dataset..",
              "io.tunemesh.contract.training..",
              "io.tunemesh.contract.adapter..",
              "io.tunemesh.contract.completion..",
              "io.tunemesh.contract.alias..",
              "io.tunemesh.contract.usage..",
              "io.tunemesh.contract.batch..",
              "io.tunemesh.contract.prediction..",
              "io.tunemesh.contract.feedback..",
              "io.tunemesh.contract.plan..");
}
