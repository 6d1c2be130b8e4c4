package io.tunemesh.trainer;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import jakarta.persistence.Entity;
import jakarta.ws.rs.Path;

@AnalyzeClasses(
    packages = "io.tunemesh.trainer",
    importOptions = ImportOption.DoNotIncludeTests.class)
class WallsTest {

  private static final DescribedPredicate<JavaClass> AN_ENTITY =
      DescribedPredicate.describe("an entity", type -> type.isAnnotatedWith(Entity.class));

  @ArchTest
  static final ArchRule PACKAGES_HAVE_NO_CYCLES =
      slices().matching("io.tunemesh.trainer.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule NO_ENTITY_ON_THE_WIRE =
      methods()
          .that()
          .arePublic()
          .and()
          .areDeclaredInClassesThat()
          .areAnnotatedWith(Path.class)
          .should()
          .notHaveRawReturnType(AN_ENTITY);

  @ArchTest
  static final ArchRule ONLY_RUN_AND_EXPORT_KNOW_PROCESSES =
      classes()
          .that()
          .resideOutsideOfPackages("..run..", "..export..")
          .should()
          .onlyDependOnClassesThat(
              DescribedPredicate.describe(
                  "are no processes", type -> !type.isAssignableTo(Process.class)));
}
