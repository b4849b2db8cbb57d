package io.releve.pacemaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts that are no CIB, or are made to do harm. */
@Timeout(20)
class HostileCibTest {

    private static final XmlSource.Limits SMALL = new XmlSource.Limits(200_000, 1_000, 64, 1_000);

    private static ThrowableAssertAlternative<UnreadableCibException> refusing(String xml) {
        return assertThatExceptionOfType(UnreadableCibException.class).isThrownBy(() -> SmallCib.read(xml));
    }

    private static ThrowableAssertAlternative<UnreadableCibException> refusingBySmallLimits(String xml) {
        byte[] bytes = xml.getBytes(StandardCharsets.UTF_8);
        return assertThatExceptionOfType(UnreadableCibException.class)
                .isThrownBy(() -> CibReader.read(new ByteArrayInputStream(bytes), Optional.empty(), SMALL));
    }

    @Test
    void shouldRefuseEntitiesThatGrow() {
        StringBuilder xml = new StringBuilder("<?xml version='1.0'?>\n<!DOCTYPE cib [\n<!ENTITY l0 'ha'>\n");
        for (int i = 1; i < 30; i++) {
            xml.append("<!ENTITY l")
                    .append(i)
                    .append(" '")
                    .append(("&l" + (i - 1) + ";").repeat(10))
                    .append("'>\n");
        }
        refusing(xml + "]>\n<cib x='&l29;'/>")
                .withMessageContaining("document type")
                .withMessageContaining("line ");
    }

    @Test
    void shouldNotReadOtherFiles(@TempDir Path folder) throws IOException {
        Path secret = folder.resolve("secret");
        Files.writeString(secret, "TOPSECRET");
        refusing("<!DOCTYPE cib [<!ENTITY f SYSTEM '" + secret.toUri() + "'>]><cib>&f;</cib>")
                .withMessageContaining("document type")
                .withMessageNotContaining("TOPSECRET");
        refusing("<!DOCTYPE cib SYSTEM '" + secret.toUri() + "'><cib/>").withMessageNotContaining("TOPSECRET");
    }

    @Test
    void shouldRefuseAnUndeclaredEntity() {
        refusing("<cib>\n&f;</cib>").withMessageContaining("line 2");
    }

    @Test
    void shouldRefuseElementsThatAreNestedTooDeep() {
        refusing("<a>".repeat(10_000) + "</a>".repeat(10_000)).withMessageContaining("<a>");
        refusing("<cib><configuration>" + "<a>".repeat(10_000) + "</a>".repeat(10_000) + "</configuration></cib>")
                .withMessageContaining("nested more than 64 deep");
        refusing("<cib><status>" + "<a>".repeat(10_000) + "</a>".repeat(10_000) + "</status></cib>")
                .withMessageContaining("nested more than 64 deep");
    }

    @Test
    void shouldRefuseAHugeAttribute() {
        refusing("<cib><configuration x='" + "y".repeat(3_000_000) + "'/></cib>")
                .withMessageContaining("a single tag or piece of text is longer than");
    }

    @Test
    void shouldRefuseATextThatIsTooLongOrHasTooManyElements() {
        refusingBySmallLimits("<cib>" + "<a/>".repeat(1_001) + "</cib>")
                .withMessageContaining("more than 1000 elements");
        refusingBySmallLimits("<cib>" + "<!-- x -->".repeat(30_000) + "</cib>").withMessageContaining("200000 bytes");
    }

    @Test
    void shouldNotReadAStreamWithoutEnd() {
        InputStream spaces = new InputStream() {
            @Override
            public int read() {
                return ' ';
            }

            @Override
            public int read(byte[] buffer, int offset, int length) {
                Arrays.fill(buffer, offset, offset + length, (byte) ' ');
                return length;
            }
        };
        InputStream begin = new ByteArrayInputStream("<cib>".getBytes(StandardCharsets.UTF_8));
        InputStream endless = new SequenceInputStream(begin, spaces);
        assertThatExceptionOfType(UnreadableCibException.class)
                .isThrownBy(() -> CibReader.read(endless, Optional.empty(), SMALL))
                .withMessageContaining("longer than");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<cib><configuration></cib>",
                "<cib",
                "<cib/><cib/>",
                "<cib a='1' a='2'/>",
                "{\"cib\": 1}",
                "\u0000\u0001",
                "<?xml version='1.0' encoding='nonsense'?><cib/>"
            })
    void shouldSayWhereABrokenTextBreaks(String xml) {
        refusing(xml).withMessageContaining("line 1, column ").withMessageContaining("no XML");
    }

    @Test
    void shouldRefuseBytesThatAreNoText() {
        byte[] bytes = {'<', 'c', 'i', 'b', ' ', 'a', '=', '"', (byte) 0xff, (byte) 0xfe, '"', '/', '>'};
        assertThatExceptionOfType(UnreadableCibException.class)
                .isThrownBy(() -> CibReader.read(new ByteArrayInputStream(bytes)))
                .withMessageContaining("no XML");
    }

    @Test
    void shouldRefuseAnEmptyTextAndOneOfAnotherKind() {
        refusing("").withMessageContaining("no XML");
        refusing("<html><body/></html>").withMessageContaining("<html>").withMessageContaining("cibadmin --query");
        refusing("<cib><status/></cib>").withMessageContaining("no <configuration>");
    }

    @Test
    void shouldEndReferencesThatLeadInCircles() {
        Cib cib = new SmallCib()
                .resources(
                        "<primitive id='a' class='ocf' provider='heartbeat' type='Dummy'>"
                                + "<instance_attributes id='x' id-ref='y'/><instance_attributes id='y' id-ref='x'/></primitive>")
                .constraints(
                        "<rsc_location id='l' rsc='a'><rule id='r' score='1'><rule id-ref='r'/></rule></rsc_location>")
                .read();
        assertThat(String.join("\n", cib.notCarriedOver()))
                .contains("without end")
                .contains("refer to themselves");
    }

    @Test
    void shouldRefuseReferencesThatGrow() {
        StringBuilder rules = new StringBuilder(
                "<rule id='r0' score='1'><expression id='e' attribute='x' operation='defined'/></rule>");
        for (int i = 1; i < 15; i++) {
            rules.append("<rule id='r")
                    .append(i)
                    .append("' score='1'>")
                    .append(("<rule id-ref='r" + (i - 1) + "'/>").repeat(10))
                    .append("</rule>");
        }
        refusing(new SmallCib()
                        .resources(SmallCib.primitive("a"))
                        .constraints("<rsc_location id='l' rsc='a'>" + rules + "</rsc_location>")
                        .toString())
                .withMessageContaining("stand for more than");
    }

    @Test
    void shouldRefuseSetsThatStandForMillionsOfPairs() {
        StringBuilder refs = new StringBuilder();
        for (int i = 0; i < 3_000; i++) {
            refs.append("<resource_ref id='r").append(i).append("'/>");
        }
        String set = " sequential='false'>" + refs + "</resource_set>";
        refusing(new SmallCib()
                        .constraints("<rsc_order id='o'><resource_set id='s1'" + set + "<resource_set id='s2'" + set
                                + "</rsc_order>")
                        .toString())
                .withMessageContaining("stand for more than")
                .withMessageContaining("<rsc_order id=\"o\">");
    }

    @Test
    void shouldSortAHistoryOfManyContradictions() {
        StringBuilder entries = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            entries.append("<lrm_rsc_op id='i")
                    .append(i % 7)
                    .append("' operation='start' rc-code='0' op-status='0' call-id='")
                    .append((i * 31) % 11 - 1)
                    .append("' on_node='n")
                    .append(i % 3)
                    .append("' last-rc-change='")
                    .append((i * 17) % 13)
                    .append("' transition-magic='0:0;1:")
                    .append(i % 5)
                    .append(":0:u")
                    .append(i % 2)
                    .append("'/>");
        }
        Cib cib = new SmallCib()
                .status(
                        "<node_state id='1' uname='serv1'><lrm id='1'><lrm_resources><lrm_resource id='a' class='c' type='t'>"
                                + entries + "</lrm_resource></lrm_resources></lrm></node_state>")
                .read();
        assertThat(cib.state().nodes().get("serv1").history().get("a")).hasSize(20_000);
    }

    @Test
    void shouldBoundTheListOfWhatIsLeftOut() {
        Cib cib = new SmallCib().resources("<x/>".repeat(50_000)).read();
        assertThat(cib.notCarriedOver()).hasSize(10_001);
        assertThat(cib.notCarriedOver().get(10_000)).isEqualTo("and 40000 more of the kind");
    }
}
