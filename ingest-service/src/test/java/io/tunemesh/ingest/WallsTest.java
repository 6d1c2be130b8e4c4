package io.tunemesh.ingest;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.tunemesh.ingest.upload.Upload;
import jakarta.ws.rs.Path;

/** What may know what. */
@AnalyzeClasses(
    packages = "io.tunemesh.ingest",
    importOptions = ImportOption.DoNotIncludeTests.class)
class WallsTest {

  @ArchTest
  static final ArchRule onlyTheReadersOfOfficeFilesKnowPoi =
      noClasses()
          .that()
          .resideOutsideOfPackages("..workbook..", "..document..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.poi..");

  @ArchTest
  static final ArchRule onlyItsReaderKnowsALibrary =
      noClasses()
          .that()
          .resideOutsideOfPackages("..workbook..", "..document..", "..table..", "..archive..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.apache.commons.compress..",
              "org.apache.pdfbox..",
              "org.apache.parquet..",
              "de.siegmar..");

  @ArchTest
  static final ArchRule nobodyUsesHadoop =
      noClasses().should().dependOnClassesThat().resideInAPackage("org.apache.hadoop..");

  @ArchTest
  static final ArchRule readersKnowNoServer =
      noClasses()
          .that()
          .resideInAnyPackage(
              "..workbook..",
              "..record..",
              "..table..",
              "..dialogue..",
              "..document..",
              "..archive..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.tunemesh.ingest.upload..", "io.tunemesh.platform..", "jakarta..");

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("io.tunemesh.ingest.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule noResourceAnswersWithAnEntity =
      methods()
          .that()
          .areDeclaredInClassesThat()
          .areAnnotatedWith(Path.class)
          .and()
          .arePublic()
          .should()
          .notHaveRawReturnType(Upload.class);

  @ArchTest
  static final ArchRule noRecordHoldsAnEntity =
      noFields().that().areDeclaredInClassesThat().areRecords().should().haveRawType(Upload.class);

  @ArchTest
  static final ArchRule recordsOfTheWireAreThere = // the two rules above must not pass on nothing
      classes().that().haveSimpleName("FileObject").should().beRecords();
}
