package io.releve.lab.faults;

import io.releve.examples.lab.BundledMariaDb;
import io.releve.examples.lab.DatabaseBinaries;
import io.releve.examples.lab.Ending;
import io.releve.examples.lab.FileTree;
import io.releve.examples.lab.LabException;
import io.releve.examples.lab.Sandbox;
import io.releve.lab.cluster.ServerInUse;
import io.releve.lab.cluster.Topology;
import io.releve.lab.faults.Row.Family;
import io.releve.lab.vip.AddressCampaign;
import io.releve.lab.vip.AddressResult;
import io.releve.lab.vip.AddressRow;
import io.releve.lab.vip.AddressTable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lab faults}: breaks a real cluster and says what came of it. */
@Command(
        name = "faults",
        description = {
            "Breaks a cluster of three hosts, each a network namespace with a ZooKeeper server, a node and a database"
                    + " server, while an application writes, and checks that nothing was lost.",
            "With VIP: moves an address between three hosts without a database, breaks its holder, and measures what a"
                    + " client notices; keepalived, where it is installed, on the same hosts for comparison. --topology, --pace"
                    + " and --mysqld have no meaning there.",
            ""
        },
        sortOptions = false,
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Exit status: 0 if no row broke a promise, or if this system allows no namespaces; 1 if one did; 2 if it"
                    + " was used wrongly or could not run."
        })
public final class FaultsCommand implements Callable<Integer> {

    /** The command that a process inside the namespaces is started with. */
    static final String NAME = "faults";

    private static final int BROKEN = 1;
    private static final int IMPOSSIBLE = 2;
    private static final int HEAP_MEGABYTES = 256;

    private static final String ADDRESS_PAGE = "docs/virtual-ip.md";

    private enum Format {
        TEXT,
        TSV
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "FAMILY",
            description = "Which rows: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).",
            defaultValue = "ALL")
    private Family family = Family.ALL;

    @Option(names = "--rows", split = ",", paramLabel = "ROW", description = "Only these rows, for example F1,F7b.")
    private List<String> only = List.of();

    @Option(
            names = "--topology",
            description = "${COMPLETION-CANDIDATES}: how the database servers stand to each other (default:"
                    + " ${DEFAULT-VALUE}).",
            defaultValue = "PRIMARY")
    private Topology topology = Topology.PRIMARY;

    @Option(
            names = "--runs",
            description = "How often each row is run (default: ${DEFAULT-VALUE}).",
            defaultValue = "1")
    private int runs = 1;

    @Option(
            names = "--lease",
            paramLabel = "TIME",
            description = "The nodes' lease, for example 1s or 1500ms (default: ${DEFAULT-VALUE}).",
            defaultValue = "1s")
    private String lease = "1s";

    @Option(
            names = "--pace",
            paramLabel = "TIME",
            description = "The time between two writes of each of the four threads (default: ${DEFAULT-VALUE}).",
            defaultValue = "10ms")
    private String pace = "10ms";

    @Option(
            names = "--format",
            description = "${COMPLETION-CANDIDATES}; TSV: a header and one line per row on standard output, everything"
                    + " else on standard error (default: ${DEFAULT-VALUE}).",
            defaultValue = "TEXT")
    private Format format = Format.TEXT;

    @Option(
            names = "--mysqld",
            paramLabel = "PATH",
            description = "A mysqld or mariadbd to use instead of the MariaDB that Maven brings.")
    private @Nullable Path mysqld;

    @Option(
            names = "--page",
            paramLabel = "FILE",
            description = "The page whose table the results go into; default: docs/faults.md (with VIP:"
                    + " docs/virtual-ip.md) when a whole family is run without --mysqld, no page otherwise.")
    private @Nullable Path page;

    @Option(names = "--list", description = "Only say what the rows are.")
    private boolean list;

    @Option(
            names = "--directory",
            paramLabel = "DIR",
            description = "Where logs go; must be new. Kept. (Default: a temporary one, which is deleted.)")
    private @Nullable Path keptDirectory;

    @Option(names = "--inside", paramLabel = "DIR", hidden = true)
    private @Nullable Path insideDirectory;

    /** Made by picocli. */
    public FaultsCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        List<AddressRow> addressRows = addressRows();
        List<Row> rows = addressRows.isEmpty() ? rows() : List.of();
        Duration leaseLength = Times.parse("--lease", lease, spec);
        Duration paceLength = Times.parse("--pace", pace, spec);
        if (runs < 1) {
            throw new ParameterException(spec.commandLine(), "--runs is " + runs + "; it must be 1 or more");
        }
        if (list) {
            rows.forEach(row -> out().println(row.id() + "\t" + row.text() + "\t" + row.script()));
            addressRows.forEach(row -> out().println(row.id() + "\t" + row.text() + "\t" + row.who()));
            out().flush();
            return 0;
        }
        if (mysqld != null) {
            System.setProperty(BundledMariaDb.PROPERTY, mysqld.toAbsolutePath().toString());
        }
        try (Ending ending = Ending.atExit()) {
            if (!Sandbox.isInside()) {
                return outside(
                        ending,
                        Stream.concat(
                                        rows.stream().map(Row::id),
                                        addressRows.stream().map(AddressRow::id))
                                .toList());
            }
            return addressRows.isEmpty()
                    ? inside(ending, rows, leaseLength, paceLength)
                    : insideForAddresses(ending, addressRows, leaseLength);
        } catch (LabException | IOException e) {
            say("The fault lab cannot run: " + e.getMessage());
            return IMPOSSIBLE;
        }
    }

    /** The rows of the address, if it is they that are wanted: they need another stage than all others. */
    private List<AddressRow> addressRows() {
        if (family != Family.VIP && only.stream().noneMatch(FaultsCommand::isOfAddress)) {
            return List.of();
        }
        Optional<String> stranger = only.stream().filter(id -> !isOfAddress(id)).findFirst();
        if (stranger.isPresent()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "row " + stranger.get() + " is not one of the address's; these are "
                            + AddressRow.all().stream().map(AddressRow::id).collect(Collectors.joining(", ")));
        }
        return AddressRow.all().stream()
                .filter(row -> only.isEmpty() || only.stream().anyMatch(row.id()::equalsIgnoreCase))
                .toList();
    }

    private static boolean isOfAddress(String id) {
        return AddressRow.all().stream().anyMatch(row -> row.id().equalsIgnoreCase(id));
    }

    private List<Row> rows() {
        List<Row> all = Matrix.of(family);
        List<String> unknown = only.stream()
                .filter(id -> Matrix.all().stream().noneMatch(row -> row.id().equalsIgnoreCase(id)))
                .toList();
        if (!unknown.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "there is no row " + String.join(", ", unknown) + "; there are "
                            + Matrix.all().stream().map(Row::id).collect(Collectors.joining(", ")));
        }
        return only.isEmpty()
                ? all
                : Matrix.all().stream()
                        .filter(row -> only.stream().anyMatch(row.id()::equalsIgnoreCase))
                        .toList();
    }

    private int outside(Ending ending, List<String> ids) throws IOException, InterruptedException {
        if (mysqld != null) {
            ServerInUse.of(binaries()); // before anything is made, if it cannot be used
        }
        Sandbox.Availability availability = Sandbox.probe();
        if (availability.sandbox().isEmpty()) {
            say("Skipped: " + availability.reason() + ".");
            return 0;
        }
        Path directory;
        if (keptDirectory != null) {
            directory = keptDirectory.toAbsolutePath().normalize();
            try {
                Files.createDirectory(directory);
            } catch (FileAlreadyExistsException e) {
                throw new LabException("--directory " + directory + " exists already; remove it, or name another one");
            } catch (NoSuchFileException e) {
                throw new LabException(
                        "--directory " + directory + " cannot be made: " + directory.getParent() + " does not exist");
            }
        } else {
            directory = Files.createTempDirectory("releve-lab-");
            ending.push(() -> FileTree.delete(directory));
        }
        List<String> arguments = new ArrayList<>(List.of(
                NAME,
                family.name(),
                "--inside",
                directory.toString(),
                "--rows",
                String.join(",", ids),
                "--runs",
                Integer.toString(runs),
                "--topology",
                topology.name(),
                "--lease",
                lease,
                "--pace",
                pace,
                "--format",
                format.name()));
        // The page's table is one server's.
        Path results = page != null || !only.isEmpty() || mysqld != null
                ? page
                : checkout().resolve(family == Family.VIP ? ADDRESS_PAGE : "docs/faults.md");
        if (results != null) {
            arguments.addAll(List.of("--page", results.toAbsolutePath().toString()));
        }
        List<String> properties = Stream.concat(
                        // What is out of reach is what this program is about.
                        Stream.of("org.slf4j.simpleLogger.defaultLogLevel=error"),
                        Stream.of(BundledMariaDb.PROPERTY, CHECKOUT)
                                .filter(name -> !System.getProperty(name, "").isBlank())
                                .map(name -> name + "=" + System.getProperty(name)))
                .toList();
        Sandbox.Inside inside = availability
                .sandbox()
                .get()
                .start(io.releve.lab.Lab.class, HEAP_MEGABYTES, arguments, properties, directory);
        ending.push(inside);
        return inside.await();
    }

    private int inside(Ending ending, List<Row> rows, Duration leaseLength, Duration paceLength)
            throws IOException, InterruptedException {
        Path directory = java.util.Objects.requireNonNull(insideDirectory, "--inside");
        ServerInUse server = ServerInUse.of(binaries());
        say("Three hosts, " + topology + "; " + server + ", lease " + leaseLength.toMillis() + " ms; " + rows.size()
                + " rows, " + runs + " runs each");
        Campaign campaign = new Campaign(directory, topology, server, leaseLength, paceLength, this::say);
        ending.push(campaign);
        if (format == Format.TSV) {
            print(String.join("\t", RowResult.COLUMNS));
        }
        List<RowResult> results = new ArrayList<>();
        for (Row row : rows) {
            RowResult result = campaign.run(row, runs);
            results.add(result);
            if (format == Format.TSV) {
                print(result.line());
            }
        }
        if (format == Format.TEXT) {
            print(ResultTable.markdown(results));
        }
        if (page != null) {
            ResultTable.update(page, caption(server, leaseLength), results);
        }
        if (results.stream().anyMatch(RowResult::isBroken)) {
            return BROKEN;
        }
        return results.stream().anyMatch(RowResult::isCutShort) ? IMPOSSIBLE : 0;
    }

    private int insideForAddresses(Ending ending, List<AddressRow> rows, Duration leaseLength)
            throws IOException, InterruptedException {
        Path directory = java.util.Objects.requireNonNull(insideDirectory, "--inside");
        String rival = AddressCampaign.rival().orElse("no keepalived");
        say("Three hosts and a client; an address; lease " + leaseLength.toMillis() + " ms; beside it " + rival + "; "
                + rows.size() + " rows, " + runs + " runs each");
        AddressCampaign campaign = new AddressCampaign(directory, leaseLength, this::say);
        ending.push(campaign);
        if (format == Format.TSV) {
            print(String.join("\t", AddressResult.columns()));
        }
        List<AddressResult> results = new ArrayList<>();
        for (AddressRow row : rows) {
            AddressResult result = campaign.run(row, runs);
            results.add(result);
            if (format == Format.TSV) {
                print(result.line());
            }
        }
        if (format == Format.TEXT) {
            print(AddressTable.markdown(results));
        }
        if (page != null) {
            AddressTable.update(
                    page,
                    String.format(
                            Locale.ROOT,
                            "Last written on %s by `bin/lab faults vip --runs %d --lease %s`: lease %d ms, %s, %d"
                                    + " processors. Milliseconds, median (shortest–longest).",
                            LocalDate.now(ZoneOffset.UTC),
                            runs,
                            lease,
                            leaseLength.toMillis(),
                            rival,
                            Runtime.getRuntime().availableProcessors()),
                    results);
        }
        if (results.stream().anyMatch(AddressResult::isBroken)) {
            return BROKEN;
        }
        return results.stream().anyMatch(AddressResult::isCutShort) ? IMPOSSIBLE : 0;
    }

    private static DatabaseBinaries binaries() {
        return new BundledMariaDb(checkout().resolve("ha-examples/target/cache")).find();
    }

    private String caption(ServerInUse server, Duration leaseLength) {
        return String.format(
                Locale.ROOT,
                "Last written on %s by `bin/lab faults %s --runs %d --lease %s%s`: %s; %s, lease %d ms, %d processors.",
                LocalDate.now(ZoneOffset.UTC),
                family.name().toLowerCase(Locale.ROOT),
                runs,
                lease,
                System.getProperty(BundledMariaDb.PROPERTY, "").isBlank() ? "" : " --mysqld PATH",
                topology,
                server,
                leaseLength.toMillis(),
                Runtime.getRuntime().availableProcessors());
    }

    /** Names the checkout that the program was built from. */
    private static final String CHECKOUT = "releve.checkout";

    private static Path checkout() {
        return Path.of(System.getProperty(CHECKOUT, "")).toAbsolutePath();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private void print(String text) {
        out().println(text);
        out().flush();
    }

    private void say(String text) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(text);
        err.flush();
    }
}
