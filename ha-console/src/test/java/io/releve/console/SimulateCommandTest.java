package io.releve.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulateCommandTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void shouldSayThatNothingIsToBeDone() {
        assertThat(simulate()).isZero();

        assertThat(out.toString())
                .contains("Cluster office at 2026-01-01T00:00:00Z, with quorum; 2 nodes, 3 resources")
                .contains("nothing: everything is as it should be")
                .contains("address  Started  paris")
                .contains("prefers paris by 100 [at-home]");
    }

    @Test
    void shouldMoveWhatALostNodeRan() {
        assertThat(simulate("--set-node-offline", "paris")).isZero();

        assertThat(out.toString())
                .contains("What if: paris is offline")
                .contains("Start  address  on lyon")
                .contains("monitor address on lyon every 5 s  after 1");
    }

    @Test
    void shouldEmptyANodeInStandby() {
        assertThat(simulate("--standby", "paris", "--format", "actions")).isZero();

        assertThat(out.toString())
                .isEqualTo("Move\taddress\tparis\tlyon\nMove\tpages\tparis\tlyon\nStop\tbase\tparis\t-\n");
    }

    @Test
    void shouldUndoAStandby() {
        assertThat(simulate("--standby", "paris", "--unstandby", "paris", "--format", "actions"))
                .isZero();

        assertThat(out.toString()).isEmpty();
    }

    @Test
    void shouldRecoverWhatFails() {
        assertThat(simulate("--fail-resource", "address@paris", "--format", "actions"))
                .isZero();

        assertThat(out.toString()).contains("Recover\taddress\tparis\tparis\n");
    }

    @Test
    void shouldMoveWhatCannotStart() {
        assertThat(simulate("--fail-resource", "address@paris=start", "--format", "placement"))
                .isZero();

        assertThat(out.toString()).contains("address\tStarted\tlyon\n", "pages\tStarted\tlyon\n");
    }

    @Test
    void shouldPrintTheGraph() {
        assertThat(simulate("--set-node-offline", "paris", "--format", "graph")).isZero();

        assertThat(out.toString().lines())
                .containsExactly(
                        "A\tstart\taddress\tlyon", "A\tstart\tpages\tlyon", "O\tstart address lyon\tstart pages lyon");
    }

    @Test
    void shouldExplainAResourceWithTheGroupItIsIn() {
        assertThat(simulate("--explain", "pages")).isZero();

        assertThat(out.toString())
                .contains("it belongs with address")
                .contains("prefers paris by 100")
                .doesNotContain("base:0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--standby rome               | there is no node 'rome'; the nodes are paris, lyon",
                "--fail-resource mail@paris   | there is no primitive 'mail'",
                "--fail-resource mail         | write web@n1",
                "--set-quorum maybe           | 'maybe' is neither yes nor no",
                "--now yesterday              | 'yesterday' is not a time",
                "--format xml                 | 'xml' is none of text, placement, actions, graph",
                "--explain mail               | there is no resource 'mail'",
                "--out there                  | --cases and --out belong together",
                "--surprise                   | Unknown option: '--surprise'",
            })
    void shouldRefuseWrongUsage(String arguments, String message) {
        assertThat(simulate(arguments.split(" "))).isEqualTo(2);

        assertThat(err.toString()).contains(message).contains("Try 'releve simulate --help'");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void shouldSayWhereABrokenInputBreaks(@TempDir Path folder) throws IOException {
        Path broken = Files.writeString(folder.resolve("broken.xml"), "<cib>\n  <configuration>\n</cib>\n");

        assertThat(run("simulate", broken.toString())).isEqualTo(1);

        assertThat(err.toString()).contains(broken + ": line 3, column");
    }

    @Test
    void shouldPlanFromNothingWhatTheCrmShellPrints(@TempDir Path folder) throws IOException {
        Path text = Files.writeString(folder.resolve("cluster.crm"), """
                # the office
                node paris
                node lyon
                primitive address ocf:heartbeat:IPaddr2 op monitor interval=5s
                location at-home address 100: lyon
                property stonith-enabled=false
                """);

        assertThat(run("simulate", text.toString())).isZero();

        assertThat(out.toString())
                .contains("Assumed: every node is online, and nothing runs yet")
                .contains("Start  address  on lyon")
                .contains("look for address on paris");
    }

    @Test
    void shouldRefuseWhatIsNeitherCibNorShellText(@TempDir Path folder) throws IOException {
        Path letter = Files.writeString(folder.resolve("letter.txt"), "dear administrator\n");

        assertThat(run("simulate", letter.toString())).isEqualTo(1);

        assertThat(err.toString()).contains(letter + ": ").contains("neither a CIB nor a configuration");
    }

    @Test
    void shouldPlanAWholeFolder(@TempDir Path folder) throws IOException {
        Path cases = Files.createDirectory(folder.resolve("cases"));
        Files.copy(office(), cases.resolve("good.xml"));
        Files.writeString(cases.resolve("bad.xml"), "<cib>");
        Files.writeString(cases.resolve("cases.tsv"), "case\ttier\tnow\ngood\t1\t2026-020T12:30\nbad\t1\t\n");
        Path results = folder.resolve("deep/results");

        assertThat(run("simulate", "--cases", cases.toString(), "--out", results.toString()))
                .isZero();

        assertThat(out.toString()).contains("1 cases planned, 1 could not be");
        assertThat(results.resolve("good.placement"))
                .content()
                .isEqualTo(
                        "address\tStarted\tparis\nbase\tStarted\tlyon\nbase\tStarted\tparis\npages\tStarted\tparis\n");
        assertThat(results.resolve("good.actions")).isEmptyFile();
        assertThat(results.resolve("good.graph")).isEmptyFile();
        assertThat(results.resolve("bad.error")).content().contains("bad.xml: line 1");
        assertThat(results.resolve("bad.placement")).doesNotExist();
    }

    private int simulate(String... options) {
        List<String> arguments = new ArrayList<>(List.of("simulate", office().toString()));
        arguments.addAll(List.of(options));
        return run(arguments.toArray(String[]::new));
    }

    private int run(String... arguments) {
        return Releve.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private static Path office() {
        try {
            return Path.of(Objects.requireNonNull(SimulateCommandTest.class.getResource("/office.xml"))
                    .toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
