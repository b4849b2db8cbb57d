package io.releve.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.releve.model.Clone;
import io.releve.model.ClusterConfig;
import io.releve.model.Constraint.Colocation;
import io.releve.model.Constraint.Location;
import io.releve.model.Constraint.Order;
import io.releve.model.FencingLevel;
import io.releve.model.FencingTarget;
import io.releve.model.Group;
import io.releve.model.Primitive;
import io.releve.model.Rule;
import io.releve.model.Score;
import io.releve.scheduler.Action;
import io.releve.state.CloneTransition;
import io.releve.state.FailCount;
import io.releve.state.Notification;
import io.releve.state.OperationResult;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CodecTest {

    @Test
    void shouldReadBackTheConfigurationThatItWrote() {
        ClusterConfig config = ClusterConfig.builder("intralab")
                .nodes("serv1", "serv2")
                .resource(Clone.anonymous(
                        "cServiceMySQL", Primitive.of("serviceMySQL", "mysql").monitor(Duration.ofSeconds(1))))
                .resource(Group.of(
                        "servIntralab",
                        Primitive.of("IPFailover", "vip").parameter("ip", "10.77.0.100"),
                        Primitive.of("serviceWeb", "web").migrationThreshold(3)))
                .constraint(Location.prefer("servIntralab", "serv1", 100))
                .constraint(Location.where(
                        "servIntralab", Rule.attributeIsNot("caught-up-serviceMySQL", "1"), Score.MINUS_INFINITY))
                .constraint(Colocation.with("servIntralab", "cServiceMySQL"))
                .constraint(Order.startAfter("servIntralab", "cServiceMySQL"))
                .property("stonith-enabled", "false")
                .fencingLevel(FencingLevel.of("serv1", 1, "ipmi"))
                .fencingLevel(new FencingLevel(new FencingTarget.NamePattern("serv"), 2, List.of("pdu1", "pdu2")))
                .build();

        assertThat(Codec.readConfig(Codec.write(config))).isEqualTo(config);
    }

    @Test
    void shouldNotWriteDetailsThatThereAreNot() {
        OperationResult plain = new OperationResult(
                "web",
                "monitor",
                Duration.ofSeconds(10),
                7,
                OperationResult.Status.DONE,
                0,
                0,
                Instant.parse("2026-11-30T21:58:31.632060495Z"),
                Duration.ofMillis(12),
                "",
                "");
        OperationResult moved = new OperationResult(
                "vm",
                "migrate_to",
                Duration.ZERO,
                8,
                OperationResult.Status.DONE,
                0,
                0,
                Instant.parse("2026-11-30T21:58:32Z"),
                Duration.ofMillis(12),
                "",
                "",
                OperationResult.Details.migration("serv1", "serv2"));
        NodeReport report = new NodeReport(
                "serv1",
                "1",
                1000,
                false,
                false,
                Map.of(),
                Map.of("web", List.of(plain), "vm", List.of(moved)),
                List.of(),
                0,
                PlanId.NONE,
                Set.of());

        String text = Codec.write(report);

        assertThat(text).containsOnlyOnce("details");
        assertThat(Codec.readReport(text)).isEqualTo(report);
    }

    @Test
    void shouldReadBackThePlanThatItWrote() {
        Plan plan = new Plan(
                3,
                7,
                false,
                Map.of("serv1", "a1"),
                List.of(new Action(
                        0,
                        Action.Kind.OPERATION,
                        "start",
                        "web",
                        Optional.of("serv1"),
                        Duration.ZERO,
                        Duration.ofMillis(1500),
                        0,
                        Map.of("port", "80"),
                        Map.of(),
                        List.of(),
                        List.of(FencingLevel.of("serv2", 1, "ipmi")))),
                "start web");

        assertThat(Codec.readPlan(Codec.write(plan))).isEqualTo(plan);
    }

    @Test
    void shouldWriteOnceWhatAllNotificationsOfACloneSay() {
        CloneTransition.Instance here = new CloneTransition.Instance("db", "serv1");
        CloneTransition.Instance there = new CloneTransition.Instance("db", "serv2");
        CloneTransition change = new CloneTransition(
                List.of(here, there), List.of(here), List.of(), List.of(), List.of(there), List.of(here));
        Plan plan = new Plan(
                3,
                8,
                false,
                Map.of("serv1", "a1", "serv2", "b1"),
                List.of(
                        told(0, "serv1", new Notification(Notification.Type.PRE, "promote", change)),
                        told(1, "serv2", new Notification(Notification.Type.PRE, "promote", change)),
                        told(2, "serv1", new Notification(Notification.Type.POST, "promote", change))),
                "promote db");

        String text = Codec.write(plan);

        assertThat(Codec.readPlan(text)).isEqualTo(plan);
        assertThat(text.split("promoting", -1)).as(text).hasSize(2);
    }

    @Test
    void shouldNotMentionNotificationsWhereThereAreNone() {
        Action start = new Action(
                0,
                Action.Kind.OPERATION,
                "start",
                "web",
                Optional.of("serv1"),
                Duration.ZERO,
                Duration.ofSeconds(20),
                0,
                Map.of(),
                Map.of(),
                List.of());
        Plan plan = new Plan(3, 7, false, Map.of("serv1", "a1"), List.of(start), "start web");

        assertThat(Codec.write(plan)).doesNotContain("notification");
        assertThat(Codec.readPlan(Codec.write(plan))).isEqualTo(plan);
    }

    private static Action told(int id, String node, Notification notification) {
        return new Action(
                id,
                Action.Kind.NOTIFY,
                "notify",
                "db",
                Optional.of(node),
                Duration.ZERO,
                Duration.ofSeconds(20),
                0,
                Map.of(),
                Map.of(),
                List.of(),
                List.of(),
                Optional.of(notification));
    }

    @Test
    void shouldReadBackTheReportThatItWrote() {
        OperationResult result = new OperationResult(
                "web",
                "monitor",
                Duration.ofSeconds(10),
                4,
                OperationResult.Status.DONE,
                7,
                0,
                Instant.parse("2026-01-02T03:04:05.678Z"),
                Duration.ofMillis(12),
                "d1",
                "the process 4711 is gone");
        NodeReport report = new NodeReport(
                "serv1",
                "a1",
                3000,
                false,
                false,
                Map.of("lag", "0"),
                Map.of("web", List.of(result)),
                List.of(new FailCount("web", "monitor", 10_000, Score.of(1), Instant.EPOCH)),
                1,
                new PlanId(3, 7),
                Set.of(0, 2));

        assertThat(Codec.readReport(Codec.write(report))).isEqualTo(report);
    }

    @Test
    void shouldSayWhatIsWrongWithABrokenDocument() {
        assertThatThrownBy(() -> Codec.readPlan("{\"epoch\": \"many\"}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not a Plan document")
                .hasMessageContaining("many");
    }

    @Test
    void shouldReadADocumentOfBeforeThereWereFencingLevels() {
        ClusterConfig config = ClusterConfig.builder("old").nodes("serv1").build();
        String text = Codec.write(config);
        String old = text.replace(",\"fencingTopology\":[]", "");

        assertThat(old).isNotEqualTo(text);
        assertThat(Codec.readConfig(old)).isEqualTo(config);
    }
}
