package io.tunemesh.inference;

import static com.tngtech.archunit.core.domain.properties.CanBeAnnotated.Predicates.annotatedWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import jakarta.persistence.Entity;
import jakarta.ws.rs.Path;

@AnalyzeClasses(
    packages = "io.tunemesh.inference",
    importOptions = ImportOption.DoNotIncludeTests.class)
class WallsTest {

  @ArchTest
  static final ArchRule noPackageCycles =
      slices().matching("io.tunemesh.inference.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule resourcesReturnNoEntities =
      methods()
          .that()
          .areDeclaredInClassesThat()
          .areAnnotatedWith(Path.class)
          .and()
          .arePublic()
          .should(returnNoEntity());

  @ArchTest
  static final ArchRule recordsHoldNoEntities =
      noFields()
          .that()
          .areDeclaredInClassesThat()
          .areRecords()
          .should()
          .haveRawType(annotatedWith(Entity.class));

  @ArchTest
  static final ArchRule onlyTheRoadToTheEngineKnowsVertx =
      noClasses()
          .that()
          .resideOutsideOfPackages("..engine..", "..completion..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.vertx..");

  private static ArchCondition<JavaMethod> returnNoEntity() {
    return new ArchCondition<>("return no entity") {
      @Override
      public void check(JavaMethod method, ConditionEvents events) {
        method.getReturnType().getAllInvolvedRawTypes().stream()
            .filter(type -> type.isAnnotatedWith(Entity.class))
            .forEach(
                type ->
                    events.add(
                        SimpleConditionEvent.violated(
                            method, method.getFullName() + " returns " + type.getName())));
      }
    };
  }
}
