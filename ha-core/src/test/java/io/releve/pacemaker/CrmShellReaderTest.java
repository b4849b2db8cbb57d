package io.releve.pacemaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.releve.model.Clone;
import io.releve.model.ClusterConfig;
import io.releve.model.Constraint;
import io.releve.model.FencingLevel;
import io.releve.model.FencingTarget;
import io.releve.model.Group;
import io.releve.model.Operation;
import io.releve.model.Primitive;
import io.releve.model.Role;
import io.releve.model.Rule;
import io.releve.model.Score;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the text of a crm shell becomes. */
class CrmShellReaderTest {

    private static final String INTRALAB = """
            node 1: serv1 \\
            \tattributes standby=off site=paris \\
            \tutilization cpu=4
            node $id="2" serv2:member
            # the address that clients know
            primitive IPFailover ocf:heartbeat:IPaddr2 \\
            \tparams ip=10.77.0.100 cidr_netmask=24 \\
            \tmeta migration-threshold=3 \\
            \top monitor interval=10s timeout=20s on-fail=restart OCF_CHECK_LEVEL=10 \\
            \top start timeout=30 interval=0
            primitive serviceWeb apache \\
            \tparams configfile="/etc/apache2/my site.conf" options='-D "x y"' \\
            \tutilization cpu=1
            primitive serviceMySQL systemd:mariadb
            primitive db @mysqlTemplate params port=3307
            rsc_template mysqlTemplate ocf:heartbeat:mysql params port=3306 socket=/run/m.sock \\
            \top monitor interval=20s role=Master
            group servIntralab IPFailover serviceWeb meta resource-stickiness=100
            clone cServiceMySQL serviceMySQL meta interleave=true
            ms msDb db meta master-max=1
            location prefer servIntralab 50: serv1
            colocation with inf: servIntralab cServiceMySQL
            colocation withPrimary -inf: serviceWeb msDb:Master node-attribute=site
            order after Mandatory: msDb:promote servIntralab:start symmetrical=false
            tag both: servIntralab cServiceMySQL
            property cib-bootstrap-options: \\
            \tstonith-enabled=false \\
            \tno-quorum-policy=ignore
            rsc_defaults rsc-options: \\
            \tresource-stickiness=10
            op_defaults op-options: timeout=60s
            """;

    /** The same as Pacemaker keeps it. */
    private static final String INTRALAB_XML = """
            <cib><configuration>
            <crm_config><cluster_property_set id="cib-bootstrap-options">
              <nvpair id="x1" name="stonith-enabled" value="false"/>
              <nvpair id="x2" name="no-quorum-policy" value="ignore"/></cluster_property_set></crm_config>
            <nodes>
              <node id="1" uname="serv1"><instance_attributes id="nodes-1-instance_attributes">
                <nvpair id="x3" name="standby" value="off"/><nvpair id="x4" name="site" value="paris"/></instance_attributes>
                <utilization id="nodes-1-utilization"><nvpair id="x5" name="cpu" value="4"/></utilization></node>
              <node id="2" uname="serv2" type="member"/></nodes>
            <resources>
              <template id="mysqlTemplate" class="ocf" provider="heartbeat" type="mysql">
                <instance_attributes id="mysqlTemplate-instance_attributes"><nvpair id="x6" name="port" value="3306"/>
                  <nvpair id="x7" name="socket" value="/run/m.sock"/></instance_attributes>
                <operations><op id="x8" name="monitor" interval="20s" role="Promoted"/></operations></template>
              <group id="servIntralab">
                <primitive id="IPFailover" class="ocf" provider="heartbeat" type="IPaddr2">
                  <instance_attributes id="IPFailover-instance_attributes">
                    <nvpair id="x9" name="ip" value="10.77.0.100"/><nvpair id="x10" name="cidr_netmask" value="24"/>
                  </instance_attributes>
                  <meta_attributes id="IPFailover-meta_attributes">
                    <nvpair id="x11" name="migration-threshold" value="3"/></meta_attributes>
                  <operations>
                    <op id="x12" name="monitor" interval="10s" timeout="20s" on-fail="restart">
                      <instance_attributes id="IPFailover-monitor-10s-instance_attributes">
                        <nvpair id="x13" name="OCF_CHECK_LEVEL" value="10"/></instance_attributes></op>
                    <op id="x14" name="start" interval="0" timeout="30"/></operations>
                </primitive>
                <primitive id="serviceWeb" class="ocf" provider="heartbeat" type="apache">
                  <instance_attributes id="serviceWeb-instance_attributes">
                    <nvpair id="x15" name="configfile" value="/etc/apache2/my site.conf"/>
                    <nvpair id="x16" name="options" value="-D &quot;x y&quot;"/></instance_attributes>
                  <utilization id="serviceWeb-utilization"><nvpair id="x17" name="cpu" value="1"/></utilization>
                </primitive>
                <meta_attributes id="servIntralab-meta_attributes">
                  <nvpair id="x18" name="resource-stickiness" value="100"/></meta_attributes>
              </group>
              <clone id="cServiceMySQL"><primitive id="serviceMySQL" class="systemd" type="mariadb"/>
                <meta_attributes id="cServiceMySQL-meta_attributes"><nvpair id="x19" name="interleave" value="true"/>
                </meta_attributes></clone>
              <master id="msDb"><primitive id="db" template="mysqlTemplate">
                  <instance_attributes id="db-instance_attributes"><nvpair id="x20" name="port" value="3307"/>
                  </instance_attributes></primitive>
                <meta_attributes id="msDb-meta_attributes"><nvpair id="x21" name="master-max" value="1"/></meta_attributes>
              </master>
            </resources>
            <constraints>
              <rsc_location id="prefer" rsc="servIntralab" score="50" node="serv1"/>
              <rsc_colocation id="with" rsc="servIntralab" with-rsc="cServiceMySQL" score="INFINITY"/>
              <rsc_colocation id="withPrimary" rsc="serviceWeb" with-rsc="msDb" with-rsc-role="Promoted" score="-INFINITY"
                node-attribute="site"/>
              <rsc_order id="after" first="msDb" first-action="promote" then="servIntralab" then-action="start"
                kind="Mandatory" symmetrical="false"/>
            </constraints>
            <rsc_defaults><meta_attributes id="rsc-options"><nvpair id="x22" name="resource-stickiness" value="10"/>
            </meta_attributes></rsc_defaults>
            <op_defaults><meta_attributes id="op-options"><nvpair id="x23" name="timeout" value="60s"/></meta_attributes>
            </op_defaults>
            <tags><tag id="both"><obj_ref id="servIntralab"/><obj_ref id="cServiceMySQL"/></tag></tags>
            </configuration></cib>
            """;

    private static ClusterConfig config(String text) {
        ShellConfiguration read = CrmShellReader.read(text);
        assertThat(read.notCarriedOver()).isEmpty();
        return read.config();
    }

    private static List<Constraint> constraints(String text) {
        return config("primitive a Dummy\nprimitive b Dummy\nprimitive c Dummy\nprimitive d Dummy\n" + text)
                .constraints();
    }

    private static Rule rule(String text) {
        Constraint.Location location =
                (Constraint.Location) constraints("location l a rule " + text).get(0);
        Rule rule = ((Constraint.Preference.WhereRule) location.preferences().get(0)).rule();
        return rule instanceof Rule.All all && all.parts().size() == 1
                ? all.parts().get(0)
                : rule;
    }

    @Test
    void shouldReadTheSameConfigurationAsFromXml() {
        ClusterConfig shell = config(INTRALAB);
        ClusterConfig xml = SmallCib.read(INTRALAB_XML).config();
        assertThat(shell.nodes()).isEqualTo(xml.nodes());
        assertThat(shell.resources()).isEqualTo(xml.resources());
        assertThat(shell.constraints()).isEqualTo(xml.constraints());
        assertThat(shell).isEqualTo(xml);
    }

    @Test
    void shouldReadResources() {
        ClusterConfig config = config(INTRALAB);
        Group group = (Group) config.resource("servIntralab").orElseThrow();
        assertThat(group.members()).extracting(Primitive::id).containsExactly("IPFailover", "serviceWeb");
        assertThat(group.members().get(1).parameter("options")).contains("-D \"x y\"");
        Operation monitor = group.members().get(0).operations().get(0);
        assertThat(monitor.timeout()).contains(Duration.ofSeconds(20));
        assertThat(monitor.parameters().get(0).values()).isEqualTo(Map.of("OCF_CHECK_LEVEL", "10"));
        Clone primary = (Clone) config.resource("msDb").orElseThrow();
        assertThat(primary.kind()).isEqualTo(Clone.Kind.PROMOTABLE);
        assertThat(primary.primitives().get(0).operations().get(0).role()).contains(Role.PROMOTED);
    }

    @Test
    void shouldReadLocations() {
        List<Constraint> read = constraints("""
                location l1 /^x.*/ -inf: n1
                location l2 { a b } role=Started 5: n1
                location l3 a resource-discovery=exclusive +inf: n1
                location l4 a rule $id=r $role=Master pingd: defined pingd
                """);
        assertThat(((Constraint.Location) read.get(0)).resource()).isEqualTo("^x.*");
        assertThat(((Constraint.Location) read.get(0)).preferences())
                .containsExactly(new Constraint.Preference.OnNode("n1", Score.MINUS_INFINITY));
        assertThat(((Constraint.Location) read.get(2)).resource()).isEqualTo("b");
        assertThat(((Constraint.Location) read.get(3)).discovery()).isEqualTo(Constraint.Location.Discovery.EXCLUSIVE);
        Constraint.Location last = (Constraint.Location) read.get(4);
        assertThat(last.role()).contains(Role.PROMOTED);
        assertThat(last.preferences().get(0)).isInstanceOf(Constraint.Preference.WhereRuleByAttribute.class);
    }

    @Test
    void shouldReadRules() {
        assertThat(rule("100: #uname eq n1")).isEqualTo(Rule.attributeIs("#uname", "n1"));
        assertThat(rule("-inf: not_defined pingd or pingd number:lte 0"))
                .isEqualTo(new Rule.Any(List.of(
                        new Rule.NodeAttribute(
                                "pingd",
                                Rule.Comparison.NOT_DEFINED,
                                "",
                                Rule.ValueType.AUTO,
                                Rule.ValueSource.LITERAL),
                        new Rule.NodeAttribute(
                                "pingd", Rule.Comparison.LTE, "0", Rule.ValueType.NUMBER, Rule.ValueSource.LITERAL))));
        assertThat(rule("1: date gt \"2026-01-01 12:00:00\""))
                .isEqualTo(new Rule.After(Instant.parse("2026-01-01T12:00:00Z")));
        assertThat(rule("1: date spec hours=9-16 weekdays=1-5 and date in start=2026-01-01 days=1"))
                .isInstanceOf(Rule.All.class);
    }

    @Test
    void shouldReadBlocksWithRules() {
        Primitive a = (Primitive) config("primitive a Dummy params 2: rule #uname eq n1 state=x params state=y")
                .resources()
                .get(0);
        assertThat(a.parameters()).hasSize(2);
        assertThat(a.parameters().get(0).score()).isEqualTo(Score.of(2));
        assertThat(a.parameters().get(0).rule()).isPresent();
        assertThat(a.parameter("state")).contains("y");
    }

    @Test
    void shouldReadSets() {
        assertThat(constraints("order o Mandatory: [ a b ] c"))
                .singleElement()
                .isInstanceOfSatisfying(Constraint.OrderAfterAny.class, any -> {
                    assertThat(any.firsts()).containsExactly("a", "b");
                    assertThat(any.thens()).containsExactly("c");
                });
        assertThat(constraints("order o inf: ( a b ) c d"))
                .extracting(one -> ((Constraint.Order) one).first() + ((Constraint.Order) one).then())
                .containsExactlyInAnyOrder("ac", "ad", "bc", "bd", "cd");
        assertThat(constraints("colocation o inf: a b c"))
                .extracting(one -> ((Constraint.Colocation) one).dependent() + ((Constraint.Colocation) one).primary())
                .containsExactlyInAnyOrder("ba", "cb");
        assertThat(constraints("order o Serialize: ( a b ) symmetrical=false")).hasSize(1);
        assertThat(constraints("order o 0: a:stop b:start"))
                .singleElement()
                .isInstanceOfSatisfying(Constraint.Order.class, order -> {
                    assertThat(order.kind()).isEqualTo(Constraint.Order.Kind.OPTIONAL);
                    assertThat(order.firstAction()).isEqualTo("stop");
                    assertThat(order.thenAction()).isEqualTo("start");
                });
    }

    @Test
    void shouldReadTickets() {
        assertThat(constraints("rsc_ticket t1 T: a:Master loss-policy=fence\nrsc_ticket t2 T: b c"))
                .extracting(one -> ((Constraint.Ticket) one).resource() + " " + ((Constraint.Ticket) one).lossPolicy())
                .containsExactly("a FENCE", "b STOP", "c STOP");
    }

    @Test
    void shouldReadAMonitorThatStandsAlone() {
        Primitive a = (Primitive) config("primitive a Dummy\nmonitor a:Started 30s:5s")
                .resources()
                .get(0);
        assertThat(a.operations().get(0).interval()).isEqualTo(Duration.ofSeconds(30));
        assertThat(a.operations().get(0).timeout()).contains(Duration.ofSeconds(5));
    }

    @Test
    void shouldReadXmlInBetween() {
        assertThat(constraints("xml <rsc_order id=\"o\" first=\"a\" \\\n  then=\"b\"/>"))
                .hasSize(1);
        assertThat(CrmShellReader.read("\nxml <rsc_order \\\n id='o'>").notCarriedOver())
                .singleElement()
                .asString()
                .startsWith("line 2, ")
                .contains("line 3, column", "no XML");
    }

    @Test
    void shouldListWhatItCannotReadWithItsLineAndReadTheRest() {
        ShellConfiguration read = CrmShellReader.read("""
                primitive a Dummy
                dance a b
                location l a somewhere
                colocation c inf: a
                order o Sometimes: a b
                group g nobody
                fencing_topology serv1:
                user joe read xpath:"/"
                primitive a Dummy
                primitive b Dummy params loose op monitor interval=5s \\
                    fancy=1 oddly
                location m a rule 1: #uname eq n1 and x eq 1 or y eq 2
                """);
        assertThat(read.config().resources())
                .extracting(resource -> resource.id())
                .containsExactly("a", "b");
        assertThat(read.config().constraints()).isEmpty();
        assertThat(read.notCarriedOver())
                .extracting(note -> note.substring(0, note.indexOf(',')))
                .containsExactly(
                        "line 2", "line 3", "line 4", "line 5", "line 6", "line 6", "line 7", "line 8", "line 9",
                        "line 10", "line 10", "line 12");
    }

    @Test
    @Timeout(20)
    void shouldStandTextsThatMakeNoSense(@TempDir Path folder) throws IOException {
        assertThat(CrmShellReader.read("").config().resources()).isEmpty();
        for (String verb : List.of(
                "primitive",
                "group",
                "clone",
                "ms",
                "location",
                "colocation",
                "order",
                "rsc_ticket",
                "tag",
                "property",
                "rsc_defaults",
                "op_defaults",
                "node",
                "monitor",
                "xml",
                "rsc_template")) {
            CrmShellReader.read(verb);
            CrmShellReader.read(verb + " = : ( [ { \" ' } ] ) \\");
            CrmShellReader.read(verb + " x rule rule rule");
            CrmShellReader.read(verb + " x " + "( ".repeat(50_000));
            CrmShellReader.read((verb + " \\\n").repeat(20_000));
        }
        String many = "r" + String.join(" r", java.util.Collections.nCopies(3_000, "x"));
        assertThatExceptionOfType(UnreadableCibException.class)
                .isThrownBy(() -> CrmShellReader.read("order o inf: ( " + many + " ) ( " + many + " )"))
                .withMessageContaining("line 1")
                .withMessageContaining("stand for more than");
        Path file = folder.resolve("large");
        Files.write(file, new byte[(64 << 20) + 1]);
        assertThatExceptionOfType(UnreadableCibException.class)
                .isThrownBy(() -> CrmShellReader.read(file))
                .withMessageContaining("longer than");
    }

    @Test
    void shouldReadFencingLevels() {
        ShellConfiguration read = CrmShellReader.read("""
                fencing_topology serv1: ipmi1 pdu1,pdu2 \\
                    serv2: ipmi2
                fencing_topology attr:rack=7 ssh
                fencing_topology pattern:^serv[34] poison-pill power
                fencing_topology everywhere
                node serv1
                node serv2
                """);
        assertThat(read.notCarriedOver()).isEmpty();
        assertThat(read.config().fencingTopology())
                .containsExactly(
                        FencingLevel.of("serv1", 1, "ipmi1"),
                        FencingLevel.of("serv1", 2, "pdu1", "pdu2"),
                        FencingLevel.of("serv2", 1, "ipmi2"),
                        new FencingLevel(new FencingTarget.Attribute("rack", "7"), 1, List.of("ssh")),
                        new FencingLevel(new FencingTarget.NamePattern("^serv[34]"), 1, List.of("poison-pill")),
                        new FencingLevel(new FencingTarget.NamePattern("^serv[34]"), 2, List.of("power")),
                        FencingLevel.of("serv1", 1, "everywhere"),
                        FencingLevel.of("serv2", 1, "everywhere"));
    }
}
