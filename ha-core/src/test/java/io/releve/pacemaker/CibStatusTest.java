package io.releve.pacemaker;

import static io.releve.pacemaker.SmallCib.option;
import static io.releve.pacemaker.SmallCib.primitive;
import static org.assertj.core.api.Assertions.assertThat;

import io.releve.model.Score;
import io.releve.state.FailCount;
import io.releve.state.NodeState;
import io.releve.state.NodeState.Membership;
import io.releve.state.OperationResult;
import io.releve.state.OperationResult.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a status section becomes. */
class CibStatusTest {

    private static NodeState serv1(String options, String nodeState) {
        return new SmallCib()
                .options(options)
                .resources(primitive("a"))
                .status(nodeState)
                .read()
                .state()
                .nodes()
                .get("serv1");
    }

    private static List<OperationResult> history(String entries) {
        return serv1(
                        "",
                        "<node_state id='1' uname='serv1' in_ccm='true' crmd='online' join='member' expected='member'>"
                                + "<lrm id='1'><lrm_resources><lrm_resource id='a' class='ocf' provider='heartbeat'"
                                + " type='Dummy'>" + entries + "</lrm_resource></lrm_resources></lrm></node_state>")
                .history()
                .get("a");
    }

    private static String entry(String id, String operation, int call, long at, String further) {
        return "<lrm_rsc_op id='" + id + "' operation='" + operation + "' call-id='" + call
                + "' rc-code='0' op-status='0'" + " interval='0' on_node='serv1' last-rc-change='" + at
                + "' transition-key='1:2:0:u' " + further + "/>";
    }

    @ParameterizedTest
    @CsvSource({
        "true,  online,  member,  member, ONLINE",
        "true,  online,  pending, member, PENDING",
        "true,  online,  down,    member, PENDING",
        "true,  online,  odd,     member, UNCLEAN_MEMBER",
        "true,  offline, member,  member, UNCLEAN_MEMBER",
        "false, online,  member,  member, UNCLEAN",
        "false, offline, down,    down,   OFFLINE",
        "true,  offline, down,    down,   PENDING",
        "true,  online,  banned,  member, UNCLEAN_MEMBER",
        "17,    17,      member,  member, ONLINE",
        "0,     0,       down,    down,   OFFLINE"
    })
    void shouldTellMembershipWithFencing(
            String member, String controller, String join, String expected, Membership result) {
        assertThat(serv1(
                                "",
                                "<node_state id='1' uname='serv1' in_ccm='" + member + "' crmd='" + controller
                                        + "' join='" + join + "' expected='" + expected + "'/>")
                        .membership())
                .isEqualTo(result);
    }

    @ParameterizedTest
    @CsvSource({
        "true,  online,  member, member, ONLINE",
        "true,  online,  down,   member, OFFLINE",
        "true,  offline, member, member, UNCLEAN",
        "false, online,  member, member, OFFLINE"
    })
    void shouldTellMembershipWithoutFencing(
            String member, String controller, String join, String expected, Membership result) {
        assertThat(serv1(
                                option("stonith-enabled", "false"),
                                "<node_state id='1' uname='serv1' in_ccm='" + member + "' crmd='" + controller
                                        + "' join='" + join + "' expected='" + expected + "'/>")
                        .membership())
                .isEqualTo(result);
    }

    @Test
    void shouldTakeANodeThatWasNeverSeenForLostOnlyWhereItWouldBeFencedForThat() {
        assertThat(serv1("", "").membership()).isEqualTo(Membership.UNCLEAN);
        assertThat(serv1(option("startup-fencing", "no"), "").membership()).isEqualTo(Membership.OFFLINE);
        assertThat(serv1(option("fencing-enabled", "off"), "").membership()).isEqualTo(Membership.OFFLINE);
        assertThat(serv1("", "<node_state id='1' uname='serv1' crmd='online' join='member' expected='member'/>")
                        .membership())
                .as("without in_ccm")
                .isEqualTo(Membership.UNCLEAN);
    }

    @Test
    void shouldGiveUpANodeThatHasBeenPendingForTooLong() {
        String node = "<node_state id='1' uname='serv1' in_ccm='" + (SmallCib.NOW.getEpochSecond() - 100)
                + "' crmd='0' join='down' expected='down'/>";
        assertThat(serv1(option("node-pending-timeout", "101s"), node).membership())
                .isEqualTo(Membership.PENDING);
        assertThat(serv1(option("node-pending-timeout", "100s"), node).membership())
                .isEqualTo(Membership.UNCLEAN_MEMBER);
    }

    @Test
    void shouldReadTransientAttributesAndFailCounts() {
        NodeState node = serv1(
                "",
                "<node_state id='1' uname='serv1' in_ccm='true' crmd='online' join='member' expected='member'>"
                        + "<transient_attributes id='1'><instance_attributes id='s'>"
                        + "<nvpair id='1' name='standby' value='true'/><nvpair id='2' name='shutdown' value='1700000000'/>"
                        + "<nvpair id='3' name='fail-count-a#monitor_10000' value='INFINITY'/>"
                        + "<nvpair id='4' name='last-failure-a#monitor_10000' value='1700000001'/>"
                        + "<nvpair id='5' name='fail-count-old' value='3'/><nvpair id='6' name='pingd' value='100'/>"
                        + "</instance_attributes></transient_attributes></node_state>");
        assertThat(node.standby()).isTrue();
        assertThat(node.shutdownRequested()).isTrue();
        assertThat(node.attributes()).containsEntry("pingd", "100");
        assertThat(node.failCounts())
                .containsExactly(
                        new FailCount("a", "monitor", 10_000, Score.INFINITY, Instant.ofEpochSecond(1_700_000_001)));
    }

    @Test
    void shouldReadAResultWithAllThatIsKnownOfIt() {
        OperationResult result = history(
                        "<lrm_rsc_op id='a_last_failure_0' operation='migrate_to' call-id='7' rc-code='1'"
                                + " op-status='2' interval='30000' on_node='serv1' last-rc-change='1700000000' exec-time='250'"
                                + " transition-key='3:4:8:u' op-digest='d1' exit-reason='why' migrate_source='serv1'"
                                + " migrate_target='serv2' op-force-restart=' state  path ' op-restart-digest='d2'"
                                + " op-secure-params=' passwd ' op-secure-digest='d3'/>")
                .get(0);
        assertThat(result.resourceId()).isEqualTo("a");
        assertThat(result.operation()).isEqualTo("migrate_to");
        assertThat(result.interval()).isEqualTo(Duration.ofSeconds(30));
        assertThat(result.callId()).isEqualTo(7);
        assertThat(result.status()).isEqualTo(Status.TIMED_OUT);
        assertThat(result.code()).isEqualTo(1);
        assertThat(result.expectedCode()).isEqualTo(8);
        assertThat(result.at()).isEqualTo(Instant.ofEpochSecond(1_700_000_000));
        assertThat(result.duration()).isEqualTo(Duration.ofMillis(250));
        assertThat(result.parametersDigest()).isEqualTo("d1");
        assertThat(result.reason()).isEqualTo("why");
        assertThat(result.details().migrateSource()).contains("serv1");
        assertThat(result.details().migrateTarget()).contains("serv2");
        assertThat(result.details().lastFailure()).isTrue();
        assertThat(result.details().globalCallIds()).isFalse();
        assertThat(result.details().restartDigest()).isEqualTo("d2");
        assertThat(result.details().restartParameters()).containsExactlyInAnyOrder("state", "path");
        assertThat(result.details().secureDigest()).isEqualTo("d3");
        assertThat(result.details().secureParameters()).containsExactly("passwd");
    }

    @Test
    void shouldPutResultsIntoTheOrderInWhichTheyCameAbout() {
        assertThat(history(entry("a_monitor_0", "monitor", 9, 5, "")
                        + entry("a_start_0", "start", 7, 9, "")
                        + entry("a_stop_0", "stop", 8, 1, "")))
                .extracting(OperationResult::callId)
                .containsExactly(7, 8, 9);
        assertThat(history(entry("a_last_failure_0", "start", 7, 5, "") + entry("a_start_0", "start", 7, 5, "")))
                .extracting(result -> result.details().lastFailure())
                .as("of equals the one that stands later came first")
                .containsExactly(false, true);
        assertThat(history(entry("a_stop_0", "stop", -1, 5, "transition-magic='-1:193;1:9:0:u'")
                        + entry("a_start_0", "start", 7, 5, "transition-magic='0:0;1:8:0:u'")))
                .extracting(OperationResult::operation)
                .as("what runs in a later transition is newer")
                .containsExactly("start", "stop");
        assertThat(history(entry("a_stop_0", "stop", -1, 5, "transition-magic='-1:193;1:7:0:u'")
                        + entry("a_start_0", "start", 7, 5, "transition-magic='0:0;1:8:0:u'")))
                .extracting(OperationResult::operation)
                .containsExactly("stop", "start");
    }

    @Test
    void shouldLeaveOutResultsThatSayNothingAboutWhereAResourceIs() {
        assertThat(history(entry("a_notify_0", "notify", 3, 1, "")
                        + "<lrm_rsc_op id='x' operation='start' call-id='1' rc-code='0' op-status='1'/>"
                        + "<lrm_rsc_op id='y' operation='start' call-id='1' rc-code='0'/>"
                        + "<lrm_rsc_op id='z' operation='start' call-id='1' rc-code='300' op-status='0'/>"))
                .isEmpty();
    }

    @Test
    void shouldKeepTheOrderOfNodesInTheStatusAndFindThemByIdOrName() {
        Cib cib = new SmallCib()
                .status(
                        "<node_state id='serv2' uname='serv2' in_ccm='true' crmd='online' join='member' expected='member'/>"
                                + "<node_state id='1' in_ccm='true' crmd='online' join='member' expected='member'/>")
                .read();
        assertThat(cib.state().nodes().keySet()).containsExactly("serv2", "serv1");
        assertThat(cib.state().controller()).isEqualTo("serv1");
        assertThat(cib.state().quorate()).isTrue();
    }
}
