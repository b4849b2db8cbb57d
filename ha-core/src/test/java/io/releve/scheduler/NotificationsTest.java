package io.releve.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.model.Clone;
import io.releve.model.ClusterConfig;
import io.releve.model.Constraint.Order;
import io.releve.model.Group;
import io.releve.model.Primitive;
import io.releve.state.CloneTransition.Instance;
import io.releve.state.Notification;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NotificationsTest {

    private final Primitive db = Primitive.of("db", "mysql");

    private static Clone told(Clone clone) {
        return clone.meta("notify", "true");
    }

    private static ClusterConfig.Builder three() {
        return ClusterConfig.builder("c").nodes("n1", "n2", "n3");
    }

    private static SimulatedCluster on(ClusterConfig.Builder config) {
        return new SimulatedCluster(config.build()).online("n1", "n2", "n3");
    }

    /** The same, all running, with those on n1 Promoted. */
    private SimulatedCluster withPrimary(ClusterConfig.Builder config) {
        SimulatedCluster cluster = on(config).attribute("n1", "master-db", "10");
        cluster.settle();
        return cluster;
    }

    @Test
    void shouldTellThoseWhoRunBeforeAStartAndAllAfterIt() {
        SimulatedCluster cluster = new SimulatedCluster(
                        three().resource(told(Clone.anonymous("dbs", db))).build())
                .online("n1", "n2");
        cluster.settle();

        cluster.online("n3");

        assertThat(cluster.settle())
                .containsExactly(
                        "monitor db on n3",
                        "notify (pre-start) db on n1",
                        "notify (pre-start) db on n2",
                        "start db on n3",
                        "notify (post-start) db on n1",
                        "notify (post-start) db on n2",
                        "notify (post-start) db on n3");
    }

    @Test
    void shouldTellThoseWhoStayAfterAStop() {
        SimulatedCluster cluster = on(three().resource(told(Clone.anonymous("dbs", db))));
        cluster.settle();

        cluster.standby("n2", true);

        List<String> steps = cluster.settle();
        assertThat(steps).hasSize(6);
        assertThat(steps.subList(0, 3))
                .containsExactlyInAnyOrder(
                        "notify (pre-stop) db on n1", "notify (pre-stop) db on n2", "notify (pre-stop) db on n3");
        assertThat(steps.get(3)).isEqualTo("stop db on n2");
        assertThat(steps.subList(4, 6))
                .containsExactlyInAnyOrder("notify (post-stop) db on n1", "notify (post-stop) db on n3");
    }

    @Test
    void shouldTellOfEachPhaseInItsTurn() {
        SimulatedCluster cluster = new SimulatedCluster(three().resource(told(Clone.promotable("dbs", db)))
                        .resourceDefault("resource-stickiness", "1")
                        .build())
                .online("n1", "n2")
                .attribute("n1", "master-db", "10");
        cluster.settle();

        cluster.attribute("n2", "master-db", "20").standby("n1", true).online("n3");
        List<String> phases = cluster.settle().stream()
                .map(step -> step.replaceFirst("notify \\((.*)\\) db on n\\d", "$1"))
                .distinct()
                .toList();

        assertThat(phases)
                .containsExactly(
                        "monitor db on n3",
                        "pre-demote",
                        "demote db on n1",
                        "post-demote",
                        "pre-stop",
                        "stop db on n1",
                        "post-stop",
                        "pre-start",
                        "start db on n3",
                        "post-start",
                        "pre-promote",
                        "promote db on n2",
                        "post-promote");
    }

    @Test
    void shouldSayTheSameOfTheWholeTransitionInEveryPhase() {
        SimulatedCluster cluster = withPrimary(
                three().resource(told(Clone.promotable("dbs", db))).resourceDefault("resource-stickiness", "1"));

        cluster.attribute("n2", "master-db", "20").standby("n1", true);
        List<Notification> notifications = notifications(cluster.plan());

        assertThat(notifications)
                .extracting(Notification::change)
                .containsOnly(notifications.get(0).change());
        assertThat(notifications.get(0).toOcf())
                .containsEntry("CRM_meta_notify_type", "pre")
                .containsEntry("CRM_meta_notify_operation", "demote")
                .containsEntry("CRM_meta_notify_active_uname", "n1 n2 n3")
                .containsEntry("CRM_meta_notify_active_resource", "db db db")
                .containsEntry("CRM_meta_notify_promoted_uname", "n1")
                .containsEntry("CRM_meta_notify_master_uname", "n1")
                .containsEntry("CRM_meta_notify_unpromoted_uname", "n2 n3")
                .containsEntry("CRM_meta_notify_slave_uname", "n2 n3")
                .containsEntry("CRM_meta_notify_stop_uname", "n1")
                .containsEntry("CRM_meta_notify_demote_uname", "n1")
                .containsEntry("CRM_meta_notify_promote_uname", "n2")
                .containsEntry("CRM_meta_notify_start_uname", "");
        assertThat(notifications.get(0).change().promotedAfter()).containsExactly(new Instance("db", "n2"));
        assertThat(notifications.get(0).change().activeAfter())
                .containsExactly(new Instance("db", "n2"), new Instance("db", "n3"));
    }

    @Test
    void shouldTellEachMemberOfAClonedGroup() {
        Group group = Group.of("stack", db, Primitive.of("web", "web"));
        SimulatedCluster cluster = on(three().resource(told(Clone.anonymous("stacks", group))));
        cluster.settle();

        cluster.standby("n2", true);

        assertThat(cluster.settle())
                .contains("notify (pre-stop) db on n2", "notify (pre-stop) web on n2", "notify (post-stop) web on n3")
                .containsSubsequence(
                        "notify (pre-stop) web on n3",
                        "stop web on n2",
                        "stop db on n2",
                        "notify (post-stop) db on n1");
    }

    @Test
    void shouldHaveAMonitorBeginOnlyOnceTheInstanceHasBeenTold() {
        SimulatedCluster cluster =
                on(three().resource(told(Clone.anonymous("dbs", db.monitor(Duration.ofSeconds(10))))));

        assertThat(cluster.settle())
                .containsSubsequence(
                        "start db on n1", "notify (post-start) db on n1", "monitor every 10000 ms db on n1");
    }

    @Test
    void shouldHaveWhatIsOrderedAfterTheCloneWaitForItsConfirmation() {
        SimulatedCluster cluster = on(three().resource(told(Clone.anonymous("dbs", db)))
                .resource(Primitive.of("web", "web"))
                .constraint(Order.startAfter("web", "dbs")));
        Transition plan = cluster.plan();

        Action start = plan.actions().stream()
                .filter(action -> action.toString().startsWith("start web"))
                .findFirst()
                .orElseThrow();
        Set<Integer> waitsFor = allBefore(plan, start);

        assertThat(plan.actions().stream()
                        .filter(action -> action.notification()
                                .filter(told -> told.type() == Notification.Type.POST)
                                .isPresent()))
                .hasSize(3)
                .allMatch(action -> waitsFor.contains(action.id()));
    }

    @Test
    void shouldTellOnlyThoseWhoCanBeReachedThatALostNodeIsFenced() {
        SimulatedCluster cluster =
                withPrimary(three().resource(told(Clone.promotable("dbs", db))).property("stonith-enabled", "true"));
        cluster.attribute("n2", "master-db", "5").unclean("n1");

        List<String> steps = cluster.settle();

        assertThat(steps).noneMatch(step -> step.startsWith("notify") && step.endsWith("n1"));
        assertThat(steps)
                .containsSubsequence(
                        "reboot  on n1",
                        "notify (post-stop) db on n2",
                        "notify (pre-promote) db on n3",
                        "promote db on n2");
    }

    @Test
    void shouldPlanNothingForAnUnmanagedClone() {
        SimulatedCluster cluster =
                on(three().resource(told(Clone.anonymous("dbs", db)).meta("is-managed", "false")));

        assertThat(notifications(cluster.plan())).isEmpty();
    }

    @Test
    void shouldNeedStepsAndOrdersInProportionToTheInstancesOnly() {
        assertThat(orders(60)).isLessThan(orders(30) * 21 / 10);
    }

    private int orders(int nodes) {
        String[] names = IntStream.range(0, nodes).mapToObj(i -> "n" + i).toArray(String[]::new);
        SimulatedCluster cluster = new SimulatedCluster(ClusterConfig.builder("c")
                        .nodes(names)
                        .resource(told(Clone.promotable("dbs", db)))
                        .build())
                .online(names)
                .attribute("n0", "master-db", "1");
        return cluster.plan().actions().stream()
                .mapToInt(action -> 1 + action.after().size())
                .sum();
    }

    private static List<Notification> notifications(Transition plan) {
        return plan.actions().stream()
                .flatMap(action -> action.notification().stream())
                .toList();
    }

    private static Set<Integer> allBefore(Transition plan, Action action) {
        Set<Integer> all = new HashSet<>();
        collect(plan, action, all);
        return all;
    }

    private static void collect(Transition plan, Action action, Set<Integer> all) {
        for (int id : action.after()) {
            if (all.add(id)) {
                collect(plan, plan.actions().get(id), all);
            }
        }
    }
}
