package io.releve.pacemaker;

import static io.releve.pacemaker.SmallCib.primitive;
import static org.assertj.core.api.Assertions.assertThat;

import io.releve.model.Clone;
import io.releve.model.Constraint;
import io.releve.model.FencingLevel;
import io.releve.model.FencingTarget;
import io.releve.model.Group;
import io.releve.model.OnFail;
import io.releve.model.Primitive;
import io.releve.model.Role;
import io.releve.model.Rule;
import io.releve.model.Score;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a configuration becomes. */
class CibReaderTest {

    private static final String FOUR = primitive("a") + primitive("b") + primitive("c") + primitive("d");

    private static List<String> orders(String constraint) {
        return new SmallCib()
                .resources(FOUR).constraints(constraint).read().config().constraints().stream()
                        .map(Constraint.Order.class::cast)
                        .map(order -> order.first() + "." + order.firstAction() + " " + order.then() + "."
                                + order.thenAction())
                        .toList();
    }

    private static List<String> colocations(String constraint) {
        return new SmallCib()
                .resources(FOUR).constraints(constraint).read().config().constraints().stream()
                        .map(Constraint.Colocation.class::cast)
                        .map(one -> one.dependent() + " with " + one.primary() + " " + one.score())
                        .toList();
    }

    private static String set(String attributes, String... ids) {
        StringBuilder xml = new StringBuilder("<resource_set id='s-" + String.join("-", ids) + "' " + attributes + ">");
        for (String id : ids) {
            xml.append("<resource_ref id='").append(id).append("'/>");
        }
        return xml + "</resource_set>";
    }

    @Test
    void shouldReadAPrimitiveWithItsOperations() {
        Cib cib = new SmallCib()
                .resources("<primitive id='db' class='ocf' provider='heartbeat' type='mysql'>"
                        + "<instance_attributes id='p'><nvpair id='p1' name='port' value='3306'/></instance_attributes>"
                        + "<meta_attributes id='m'><nvpair id='m1' name='resource-stickiness' value='50'/></meta_attributes>"
                        + "<operations><op id='o1' name='monitor' interval='10s' timeout='30' role='Master' on-fail='block'"
                        + " start-delay='5s'/><op id='o2' name='stop' interval='0' enabled='false'/></operations>"
                        + "<utilization id='u'><nvpair id='u1' name='cpu' value='2'/></utilization></primitive>")
                .read();
        Primitive db = (Primitive) cib.config().resources().get(0);
        assertThat(db.agent()).isEqualTo("ocf:heartbeat:mysql");
        assertThat(db.parameter("port")).contains("3306");
        assertThat(db.meta("resource-stickiness")).contains("50");
        assertThat(db.utilization().get(0).values()).containsEntry("cpu", "2");
        assertThat(db.operations()).hasSize(2);
        assertThat(db.operations().get(0).interval()).isEqualTo(Duration.ofSeconds(10));
        assertThat(db.operations().get(0).timeout()).contains(Duration.ofSeconds(30));
        assertThat(db.operations().get(0).role()).contains(Role.PROMOTED);
        assertThat(db.operations().get(0).onFail()).contains(OnFail.BLOCK);
        assertThat(db.operations().get(0).meta().get(0).values()).containsEntry("start-delay", "5s");
        assertThat(db.operations().get(1).enabled()).isFalse();
        assertThat(cib.notCarriedOver()).isEmpty();
    }

    @Test
    void shouldLetTheBlockThatStandsLaterCountFirstAndTheGreaterScoreBeforeAll() {
        Cib cib = new SmallCib()
                .resources("<primitive id='a' class='ocf' provider='heartbeat' type='Dummy'>"
                        + "<meta_attributes id='m1'><nvpair id='n1' name='priority' value='1'/></meta_attributes>"
                        + "<meta_attributes id='m2'><nvpair id='n2' name='priority' value='2'/></meta_attributes>"
                        + "<instance_attributes id='p1' score='7'><nvpair id='n3' name='x' value='greater'/>"
                        + "<nvpair id='n4' name='x' value='second'/></instance_attributes>"
                        + "<instance_attributes id='p2'><nvpair id='n5' name='x' value='later'/></instance_attributes>"
                        + "</primitive>")
                .read();
        Primitive a = (Primitive) cib.config().resources().get(0);
        assertThat(a.meta("priority")).contains("2");
        assertThat(a.parameter("x")).contains("greater");
    }

    @Test
    void shouldReadAMasterAsAPromotableClone() {
        Cib cib = new SmallCib()
                .resources("<master id='m'>" + primitive("a") + "</master><clone id='c'><group id='g'>" + primitive("b")
                        + "</group><meta_attributes id='x'><nvpair id='y' name='clone-node-max' value='2'/>"
                        + "</meta_attributes></clone><clone id='n'>" + primitive("d") + "</clone>")
                .read();
        assertThat(cib.config().resources())
                .extracting(resource -> ((Clone) resource).kind())
                .containsExactly(Clone.Kind.PROMOTABLE, Clone.Kind.GLOBALLY_UNIQUE, Clone.Kind.ANONYMOUS);
        assertThat(((Clone) cib.config().resources().get(1)).member()).isInstanceOf(Group.class);
    }

    @Test
    void shouldTakeAttributesOfAGroupForMetaAttributes() {
        Cib cib = new SmallCib()
                .resources(
                        "<group id='g' ordered='false' description='x'>" + primitive("a")
                                + "<meta_attributes id='m'><nvpair id='n' name='ordered' value='true'/></meta_attributes></group>")
                .read();
        assertThat(cib.config().resources().get(0).meta("ordered")).contains("false");
        assertThat(cib.config().resources().get(0).meta("description")).isEmpty();
    }

    @Test
    void shouldLeaveOutAPromotableCloneOfAnAgentThatCannotBePromoted() {
        Cib cib = new SmallCib()
                .resources("<master id='m'><primitive id='a' class='systemd' type='nginx'/></master>")
                .read();
        assertThat(cib.config().resources()).isEmpty();
        assertThat(cib.notCarriedOver()).singleElement().asString().contains("<master id=\"m\">", "OCF");
    }

    @Test
    void shouldGiveAPrimitiveWhatItsTemplateHas() {
        Cib cib = new SmallCib()
                .resources("<template id='t' class='ocf' provider='heartbeat' type='Xen'>"
                        + "<instance_attributes id='tp'><nvpair id='t1' name='memory' value='1'/>"
                        + "<nvpair id='t2' name='disk' value='1'/></instance_attributes>"
                        + "<operations><op id='to1' name='monitor' interval='60s'/><op id='to2' name='start' interval='0'/>"
                        + "</operations></template>"
                        + "<primitive id='vm' template='t'><instance_attributes id='p'>"
                        + "<nvpair id='p1' name='memory' value='2'/></instance_attributes>"
                        + "<operations><op id='o' name='monitor' interval='10s'/></operations></primitive>"
                        + "<primitive id='lost' template='none'/>")
                .read();
        Primitive vm = (Primitive) cib.config().resources().get(0);
        assertThat(vm.agent()).isEqualTo("ocf:heartbeat:Xen");
        assertThat(vm.parameter("memory")).contains("2");
        assertThat(vm.parameter("disk")).contains("1");
        assertThat(vm.operations())
                .extracting(operation ->
                        operation.name() + " " + operation.interval().toSeconds())
                .containsExactly("monitor 10", "start 0");
        assertThat(cib.notCarriedOver()).singleElement().asString().contains("<primitive id=\"lost\">", "'none'");
    }

    @Test
    void shouldFollowReferencesToBlocksRulesAndPairs() {
        Cib cib = new SmallCib()
                .resources(
                        "<primitive id='a' class='ocf' provider='heartbeat' type='Dummy'><instance_attributes id='shared'>"
                                + "<nvpair id='s1' name='x' value='1'/></instance_attributes></primitive>"
                                + "<primitive id='b' class='ocf' provider='heartbeat' type='Dummy'>"
                                + "<instance_attributes id-ref='shared'/></primitive>"
                                + "<primitive id='c' class='ocf' provider='heartbeat' type='Dummy'><instance_attributes id='own'>"
                                + "<nvpair id-ref='s1' name='y'/><nvpair id-ref='nowhere'/></instance_attributes></primitive>")
                .read();
        assertThat(((Primitive) cib.config().resources().get(1)).parameter("x")).contains("1");
        assertThat(((Primitive) cib.config().resources().get(2)).parameter("y")).contains("1");
        assertThat(cib.notCarriedOver()).singleElement().asString().contains("nowhere");
    }

    @Test
    void shouldReadLocationsByNodeRulePatternSetAndTag() {
        Cib cib = new SmallCib()
                .resources(FOUR)
                .further("<tags><tag id='both'><obj_ref id='a'/><obj_ref id='b'/></tag></tags>")
                .constraints("<rsc_location id='l1' rsc='a' node='serv1' score='100' resource-discovery='never'/>"
                        + "<rsc_location id='l2' rsc='b'><rule id='r1' score='-INFINITY' boolean-op='or'>"
                        + "<expression id='e1' attribute='pingd' operation='not_defined'/>"
                        + "<expression id='e2' attribute='pingd' operation='lte' value='0' type='number'/></rule>"
                        + "<rule id='r2' score-attribute='load' role='Promoted'/></rsc_location>"
                        + "<rsc_location id='l3' rsc-pattern='^[cd]$' node='serv2' score='5'/>"
                        + "<rsc_location id='l4' node='serv1' score='1'>" + set("score='9'", "c", "d")
                        + "</rsc_location>"
                        + "<rsc_location id='l5' rsc='both' node='serv2' score='3'/>")
                .read();
        List<Constraint.Location> all = cib.config().constraints().stream()
                .map(Constraint.Location.class::cast)
                .toList();
        assertThat(all)
                .extracting(Constraint.Location::resource)
                .containsExactly("a", "b", "b", "^[cd]$", "c", "d", "a", "b");
        assertThat(all).extracting(Constraint.Location::id).doesNotHaveDuplicates();
        assertThat(all.get(0).discovery()).isEqualTo(Constraint.Location.Discovery.NEVER);
        Constraint.Preference.WhereRule rule =
                (Constraint.Preference.WhereRule) all.get(1).preferences().get(0);
        assertThat(rule.score()).isEqualTo(Score.MINUS_INFINITY);
        assertThat(((Rule.Any) rule.rule()).parts())
                .contains(new Rule.NodeAttribute(
                        "pingd", Rule.Comparison.LTE, "0", Rule.ValueType.NUMBER, Rule.ValueSource.LITERAL));
        assertThat(all.get(2).role()).contains(Role.PROMOTED);
        assertThat(all.get(3).pattern()).isTrue();
        assertThat(all.get(4).preferences()).containsExactly(new Constraint.Preference.OnNode("serv1", Score.of(9)));
        assertThat(cib.notCarriedOver()).isEmpty();
    }

    @Test
    void shouldReadDates() {
        Cib cib = new SmallCib()
                .resources(FOUR)
                .constraints("<rsc_location id='l' rsc='a'><rule id='r' score='1'>"
                        + "<date_expression id='d1' operation='in_range' start='2026-01-01'><duration id='u' months='1'"
                        + " hours='2'/></date_expression>"
                        + "<date_expression id='d2' operation='gt' start='2026-W01-1 10:00+01:00'/>"
                        + "<date_expression id='d3' operation='date_spec'><date_spec id='s' hours='9-16' weekdays='1-'/>"
                        + "</date_expression></rule></rsc_location>")
                .read();
        Constraint.Location location =
                (Constraint.Location) cib.config().constraints().get(0);
        Rule.All rule = (Rule.All)
                ((Constraint.Preference.WhereRule) location.preferences().get(0)).rule();
        Rule.During during = (Rule.During) rule.parts().get(0);
        assertThat(during.start()).contains(Instant.parse("2026-01-01T00:00:00Z"));
        assertThat(during.end()).contains(Instant.parse("2026-02-01T02:00:00Z"));
        assertThat(rule.parts().get(1)).isEqualTo(new Rule.After(Instant.parse("2025-12-29T09:00:00Z")));
        assertThat(((Rule.Calendar) rule.parts().get(2)).fields())
                .containsEntry(Rule.CalendarField.HOURS, new Rule.Range(9, 16))
                .containsEntry(Rule.CalendarField.WEEKDAYS, new Rule.Range(1, Integer.MAX_VALUE));
    }

    @Test
    void shouldChainTheMembersOfAColocationSetAndTieTheFirstSetToTheSecond() {
        assertThat(colocations("<rsc_colocation id='c' score='INFINITY'>" + set("", "a", "b") + set("", "c", "d")
                        + "</rsc_colocation>"))
                .containsExactlyInAnyOrder("b with a INFINITY", "d with c INFINITY", "a with d INFINITY");
        assertThat(colocations("<rsc_colocation id='c' score='-7'>" + set("", "a", "b", "c") + "</rsc_colocation>"))
                .containsExactlyInAnyOrder("b with a -7", "c with a -7", "c with b -7");
        assertThat(colocations("<rsc_colocation id='c' score='5'>" + set("sequential='false'", "a", "b")
                        + set("", "c", "d") + "</rsc_colocation>"))
                .containsExactlyInAnyOrder("d with c 5", "a with d 5", "b with d 5");
    }

    @Test
    void shouldOrderTheMembersOfSetsAndTheSets() {
        assertThat(orders(
                        "<rsc_order id='o'>" + set("", "a", "b") + set("action='promote'", "c", "d") + "</rsc_order>"))
                .containsExactlyInAnyOrder(
                        "a.start b.start",
                        "c.promote d.promote",
                        "a.start c.promote",
                        "a.start d.promote",
                        "b.start c.promote",
                        "b.start d.promote");
        assertThat(orders("<rsc_order id='o'>" + set("sequential='true'", "a", "b") + set("sequential='true'", "c", "d")
                        + "</rsc_order>"))
                .containsExactlyInAnyOrder("a.start b.start", "c.start d.start", "b.start c.start");
        assertThat(orders("<rsc_order id='o' kind='Serialize'>" + set("sequential='false'", "a", "b", "c")
                        + "</rsc_order>"))
                .containsExactlyInAnyOrder("a.start b.start", "a.start c.start", "b.start c.start");
    }

    @Test
    void shouldReadASetOfWhichOneIsEnough() {
        Cib cib = new SmallCib()
                .resources(FOUR)
                .constraints("<rsc_order id='o'>" + set("sequential='false' require-all='false'", "a", "b")
                        + set("", "c", "d") + "</rsc_order>")
                .read();
        assertThat(cib.config().constraints()).hasSize(2);
        Constraint.OrderAfterAny any = (Constraint.OrderAfterAny) cib.config().constraints().stream()
                .filter(Constraint.OrderAfterAny.class::isInstance)
                .findFirst()
                .orElseThrow();
        assertThat(any.firsts()).containsExactly("a", "b");
        assertThat(any.thens()).containsExactly("c", "d");
    }

    @Test
    void shouldReadTickets() {
        Cib cib = new SmallCib()
                .resources(FOUR)
                .constraints(
                        "<rsc_ticket id='t1' rsc='a' ticket='T'/><rsc_ticket id='t2' rsc='b' rsc-role='Master' ticket='T'/>"
                                + "<rsc_ticket id='t3' rsc='c' ticket='T' loss-policy='freeze'/>")
                .status("<tickets><ticket_state id='T' granted='true' standby='on'/></tickets>")
                .read();
        assertThat(cib.config().constraints())
                .extracting(one -> ((Constraint.Ticket) one).lossPolicy())
                .containsExactly(
                        Constraint.Ticket.LossPolicy.STOP,
                        Constraint.Ticket.LossPolicy.DEMOTE,
                        Constraint.Ticket.LossPolicy.FREEZE);
        assertThat(cib.state().tickets().get("T").granted()).isTrue();
        assertThat(cib.state().tickets().get("T").standby()).isTrue();
    }

    @Test
    void shouldListWhatIsNotCarriedOverWithLineAndElement() {
        Cib cib = new SmallCib()
                .resources("<bundle id='box'><docker image='x'/></bundle><primitive id='r' class='ocf'"
                        + " provider='pacemaker' type='remote'/>\n<gadget id='q'/>")
                .constraints("<rsc_colocation id='c' rsc='r' with-rsc='nobody' score='1'/>"
                        + "<rsc_order id='o' first='r' then='r' kind='Sometimes'/><rsc_wish id='w'/>")
                .further(
                        "<acls><acl_user id='joe'/></acls>\n<alerts><alert id='mail' path='/x'/></alerts>"
                                + "<fencing-topology><fencing-level id='f' target='serv1' index='0' devices='d'/></fencing-topology>")
                .status("<node_state id='9' uname='elsewhere' in_ccm='true'/><weather/>")
                .read();
        assertThat(String.join("\n", cib.notCarriedOver()))
                .contains("line 5, ", "<bundle id=\"box\">: ", "remote", "line 6, ", "<gadget id=\"q\">")
                .contains("'nobody'", "'Sometimes'", "<rsc_wish id=\"w\">")
                .contains("<acl_user id=\"joe\">", "<alert id=\"mail\">", "<fencing-level id=\"f\">")
                .contains("<node_state id=\"9\">", "<weather>");
        assertThat(cib.notCarriedOver()).hasSize(11);
    }

    @Test
    void shouldSayThatPacemakerFencesOnlyWithADevice() {
        assertThat(new SmallCib().read().config().properties())
                .anySatisfy(block -> assertThat(block.values()).containsEntry("have-watchdog", "false"));
    }

    @Test
    void shouldReadFencingLevels() {
        Cib cib = new SmallCib()
                .further("<fencing-topology>"
                        + "<fencing-level id='1' target='serv1' index='2' devices='b'/>"
                        + "<fencing-level id='2' target='serv1' index='1' devices='a1, a2'/>"
                        + "<fencing-level id='3' target-pattern='serv.*' index='9' devices='c'/>"
                        + "<fencing-level id='4' target-attribute='rack' target-value='7' index='1' devices='d'/>"
                        + "<fencing-level id='5' target='serv1' index='10' devices='e'/>"
                        + "<fencing-level id='6' target='serv1' index='3' devices=','/>"
                        + "<fencing-level id='7' target-pattern='serv(' index='3' devices='f'/>"
                        + "<fencing-level id='8' index='3' devices='g'/>"
                        + "<fencing-step id='9'/>"
                        + "</fencing-topology>")
                .read();
        assertThat(cib.config().fencingTopology())
                .containsExactly(
                        FencingLevel.of("serv1", 2, "b"),
                        FencingLevel.of("serv1", 1, "a1", "a2"),
                        new FencingLevel(new FencingTarget.NamePattern("serv.*"), 9, List.of("c")),
                        new FencingLevel(new FencingTarget.Attribute("rack", "7"), 1, List.of("d")));
        assertThat(cib.notCarriedOver())
                .satisfiesExactly(
                        note -> assertThat(note).contains("id=\"5\"", "1 to 9"),
                        note -> assertThat(note).contains("id=\"6\"", "no devices"),
                        note -> assertThat(note).contains("id=\"7\"", "no regular expression"),
                        note -> assertThat(note).contains("id=\"8\"", "for no node"),
                        note -> assertThat(note).contains("<fencing-step", "not known"));
    }
}
