package io.tunemesh.dataset;

import static com.tngtech.archunit.core.domain.properties.CanBeAnnotated.Predicates.annotatedWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import jakarta.persistence.Entity;
import jakarta.ws.rs.Path;

@AnalyzeClasses(packages = "io.tunemesh.dataset", importOptions = DoNotIncludeTests.class)
class WallsTest {

  @ArchTest
  static final ArchRule featuresFormNoCycle =
      slices().matching("io.tunemesh.dataset.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule onlyTheReportsPageUsesQute =
      noClasses()
          .that()
          .haveNameNotMatching("io\\.tunemesh\\.dataset\\.report\\.ReportPage.*")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.quarkus.qute..");

  @ArchTest
  static final ArchRule onlyTokensKnowTokenizersAndChatTemplates =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.tunemesh.dataset.token")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("ai.djl..", "com.hubspot..");

  @ArchTest
  static final ArchRule theWorkOnRowsKnowsNoContainer =
      classes()
          .that()
          .resideInAnyPackage(
              "io.tunemesh.dataset.exam..",
              "io.tunemesh.dataset.recipe..",
              "io.tunemesh.dataset.filter..",
              "io.tunemesh.dataset.mix..",
              "io.tunemesh.dataset.split..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..",
              "io.tunemesh.contract..",
              "io.tunemesh.dataset..",
              "io.tunemesh.platform.blob..",
              "io.tunemesh.platform.template..",
              "io.tunemesh.platform.text..",
              "com.fasterxml.jackson..",
              "com.google.re2j..");

  @ArchTest
  static final ArchRule noEntityIsOnTheWire =
      methods()
          .that()
          .areDeclaredInClassesThat()
          .areAnnotatedWith(Path.class)
          .and()
          .arePublic()
          .should(speakOfNoEntity());

  @ArchTest
  static final ArchRule noRecordHoldsAnEntity =
      noFields()
          .that()
          .areDeclaredInClassesThat()
          .areRecords()
          .should()
          .haveRawType(annotatedWith(Entity.class));

  private static ArchCondition<JavaMethod> speakOfNoEntity() {
    return new ArchCondition<>("take and return no entity") {
      @Override
      public void check(JavaMethod method, ConditionEvents events) {
        boolean entity =
            method.getReturnType().getAllInvolvedRawTypes().stream()
                .anyMatch(type -> type.isAnnotatedWith(Entity.class));
        if (entity) {
          events.add(SimpleConditionEvent.violated(method, method.getFullName()));
        }
      }
    };
  }
}
