package io.releve;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.stream.Stream;

/** The plan of the house, as docs/architecture.md draws it, held by the build. */
@AnalyzeClasses(packages = "io.releve", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    /** From the ground up: a package uses only those before it. The root package, the door, comes last. */
    private static final List<String> FROM_THE_GROUND_UP = Stream.of(
                    "model",
                    "state",
                    "scheduler",
                    "runtime",
                    "agent",
                    "check",
                    "fencing",
                    "peer",
                    "coordination",
                    "codec",
                    "node",
                    "controller",
                    "status",
                    "admin",
                    "pacemaker")
            .map(name -> "io.releve." + name + "..")
            .toList();

    private static final String ROOT = "io.releve";

    @ArchTest
    static void shouldUseOnlyPackagesFurtherDown(JavaClasses classes) {
        for (int i = 0; i < FROM_THE_GROUND_UP.size(); i++) {
            var higher = Stream.concat(FROM_THE_GROUND_UP.stream().skip(i + 1), Stream.of(ROOT));
            neverFrom(FROM_THE_GROUND_UP.get(i), higher.toArray(String[]::new)).check(classes);
        }
    }

    @ArchTest
    static final ArchRule shouldKeepEveryClassInAKnownPackage = classes()
            .should()
            .resideInAnyPackage(
                    Stream.concat(FROM_THE_GROUND_UP.stream(), Stream.of(ROOT)).toArray(String[]::new))
            .as("every class belongs to a package of the plan; a new package first finds its place in it");

    @ArchTest
    static void shouldNotKnowWhatIsNoneOfItsBusiness(JavaClasses classes) {
        for (ArchRule rule : List.of(
                neverFrom("io.releve.agent..", "io.releve.scheduler.."),
                neverFrom("io.releve.check..", "io.releve.scheduler.."),
                neverFrom("io.releve.fencing..", "io.releve.scheduler.."),
                neverFrom(
                        "io.releve.coordination..",
                        "io.releve.model..",
                        "io.releve.state..",
                        "io.releve.scheduler..",
                        "io.releve.agent..",
                        "io.releve.check.."),
                neverFrom("io.releve.controller..", "io.releve.agent..", "io.releve.check.."),
                neverFrom("io.releve.status..", "io.releve.coordination.zookeeper.."))) {
            rule.check(classes);
        }
    }

    @ArchTest
    static final ArchRule shouldDeclareWithPlainJavaOnly = classes()
            .that()
            .resideInAnyPackage("io.releve.model..", "io.releve.state..", "io.releve.scheduler..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "io.releve.model..", "io.releve.state..", "io.releve.scheduler..", "java..", "org.jspecify..")
            .allowEmptyShould(true)
            .because("what is declared, observed and decided are values");

    @ArchTest
    static final ArchRule shouldDecideWithoutClockOrThread = noClasses()
            .that()
            .resideInAnyPackage("io.releve.model..", "io.releve.state..", "io.releve.scheduler..")
            .should()
            .dependOnClassesThat(assignableTo(Thread.class)
                    .or(assignableTo(java.time.Clock.class))
                    .or(assignableTo(java.util.Random.class))
                    .or(resideInAnyPackage("java.util.concurrent..", "java.io..", "java.net..", "java.nio..")))
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(java.time.Instant.class, "now")
            .orShould()
            .callMethod(java.util.UUID.class, "randomUUID")
            .allowEmptyShould(true)
            .because("time is an argument of every decision, and the same arguments give the same decision");

    @ArchTest
    static final ArchRule shouldSpeakToZooKeeperFromOnePackageOnly = noClasses()
            .that()
            .resideOutsideOfPackage("io.releve.coordination.zookeeper..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.curator..", "org.apache.zookeeper..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule shouldChooseTheCoordinatorAtTheDoor = noClasses()
            .that(resideInAPackage("io.releve..")
                    .and(DescribedPredicate.not(resideInAnyPackage(
                            ROOT, "io.releve.coordination.zookeeper..", "io.releve.coordination.memory.."))))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.releve.coordination.zookeeper..", "io.releve.coordination.memory..")
            .allowEmptyShould(true)
            .because("the rest runs the same on either");

    @ArchTest
    static final ArchRule shouldStartThreadsInTheRuntimeOnly = noClasses()
            .that()
            .resideOutsideOfPackage("io.releve.runtime..")
            .should()
            .callConstructorWhere(target(owner(assignableTo(Thread.class)
                    .or(assignableTo(java.util.concurrent.ExecutorService.class))
                    .or(assignableTo(java.util.Timer.class)))))
            .orShould()
            .callMethodWhere(target(owner(assignableTo(java.util.concurrent.Executors.class))))
            .orShould()
            .callMethod(java.util.concurrent.ForkJoinPool.class, "commonPool")
            .orShould()
            .callMethod(java.util.concurrent.CompletableFuture.class, "runAsync", Runnable.class)
            .orShould()
            .callMethod(java.util.concurrent.CompletableFuture.class, "supplyAsync", java.util.function.Supplier.class)
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule shouldNeedNoLockInTheLoops = methods()
            .that()
            .areDeclaredInClassesThat()
            .resideInAnyPackage("io.releve.node..", "io.releve.controller..")
            .should()
            .notHaveModifier(JavaModifier.SYNCHRONIZED)
            .allowEmptyShould(true)
            .because("one loop per node is the only writer; everything else posts to it");

    @ArchTest
    static final ArchRule shouldNameWhatItHolds = noClasses()
            .should()
            .haveSimpleNameEndingWith("Utils")
            .orShould()
            .haveSimpleNameEndingWith("Util")
            .orShould()
            .haveSimpleNameEndingWith("Impl")
            .allowEmptyShould(true);

    private static ArchRule neverFrom(String user, String... used) {
        return noClasses()
                .that()
                .resideInAPackage(user)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(used)
                .allowEmptyShould(true);
    }
}
