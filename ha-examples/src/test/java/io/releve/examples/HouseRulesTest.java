package io.releve.examples;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.LocationProvider;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What holds for all modules together, seen from the top of them: their main classes and their tests. */
@AnalyzeClasses(locations = HouseRulesTest.AllModules.class)
class HouseRulesTest {

    private static final String EXAMPLES = "io.releve.examples..";
    private static final String MYSQL = "io.releve.mysql..";
    private static final String VIP = "io.releve.vip..";

    @ArchTest
    static final ArchRule shouldKeepMysqlAndVipApart = noClasses()
            .that()
            .resideInAPackage(MYSQL)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(VIP)
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule shouldKeepVipAndMysqlApart = noClasses()
            .that()
            .resideInAPackage(VIP)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(MYSQL)
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule shouldLetNothingDependOnTheExamples = noClasses()
            .that()
            .resideOutsideOfPackage(EXAMPLES)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(EXAMPLES)
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule shouldLetTheCoreDependOnNoOtherModule = noClasses()
            .that()
            .resideOutsideOfPackages(MYSQL, VIP, EXAMPLES)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(MYSQL, VIP, "com.mysql..", "com.zaxxer..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule shouldEnterTheClusterThroughItsDoor = noClasses()
            .that()
            .resideInAnyPackage(MYSQL, VIP, EXAMPLES)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.releve.scheduler..",
                    "io.releve.coordination.zookeeper..",
                    "io.releve.codec..",
                    "io.releve.node..",
                    "io.releve.controller..")
            .allowEmptyShould(true)
            .because("what an agent or an application needs is in the root package, model, agent, check and status");

    @ArchTest
    static final ArchRule shouldNeedMicrometerInOnePlaceOnly = noClasses()
            .that()
            .doNotHaveSimpleName("FailoverMetrics")
            .and()
            .haveSimpleNameNotEndingWith("IT")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.micrometer..")
            .because("it is optional: whoever does not have it must not miss it");

    @ArchTest
    static final ArchRule shouldNeedMySqlConnectorJInOnePlaceOnly = noClasses()
            .that()
            .resideInAPackage(MYSQL)
            .and()
            .doNotHaveSimpleName("MySqlCommits")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.mysql..", "org.mariadb.jdbc..")
            .because("an application may have the other driver only");

    @ArchTest
    static final ArchRule shouldNeverSleep = noClasses()
            .should()
            .callMethod(Thread.class, "sleep", long.class)
            .orShould()
            .callMethod(Thread.class, "sleep", long.class, int.class)
            .orShould()
            .callMethod(TimeUnit.class, "sleep", long.class)
            .because("a sleep is either too short or too long: wait for the event, with a bound");

    /** A class with a main method, be it an example or a helper process of a test. */
    private static final DescribedPredicate<JavaClass> PROGRAMS = describe(
            "are programs",
            javaClass -> javaClass.tryGetMethod("main", String[].class).isPresent()
                    || javaClass
                            .getEnclosingClass()
                            .filter(outer ->
                                    outer.tryGetMethod("main", String[].class).isPresent())
                            .isPresent());

    /** Ends the JVM because nothing else is left to keep a service from running twice; the application has asked for it. */
    private static final String LAST_RESORT = "io.releve.fencing.LastResort";

    @ArchTest
    static final ArchRule shouldPrintAndExitInProgramsOnly = noClasses()
            .that()
            .resideOutsideOfPackage(EXAMPLES)
            .and(not(PROGRAMS))
            .and()
            .doNotHaveFullyQualifiedName(LAST_RESORT)
            .should(ACCESS_STANDARD_STREAMS)
            .orShould()
            .callMethod(System.class, "exit", int.class)
            .orShould()
            .callMethod(Runtime.class, "exit", int.class)
            .orShould()
            .callMethod(Runtime.class, "halt", int.class)
            .allowEmptyShould(true)
            .because("a library leaves standard output and the end of the process to its application");

    @Test
    void shouldSeeTheClassesOfEveryModule() {
        assertThat(AllModules.directories()).hasSizeGreaterThanOrEqualTo(4);
    }

    /** The compiled classes of this checkout, main and test, as far as this build has made them. */
    static final class AllModules implements LocationProvider {

        @Override
        public Set<Location> get(Class<?> testClass) {
            Set<Location> locations = new LinkedHashSet<>();
            directories().forEach(directory -> locations.add(Location.of(directory)));
            return locations;
        }

        static List<Path> directories() {
            Path checkout = Path.of("").toAbsolutePath().getParent();
            return List.of("ha-core", "ha-mysql", "ha-vip", "ha-examples").stream()
                    .flatMap(module -> List.of("classes", "test-classes").stream()
                            .map(kind ->
                                    checkout.resolve(module).resolve("target").resolve(kind)))
                    .filter(Files::isDirectory)
                    .toList();
        }
    }
}
