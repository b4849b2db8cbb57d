package io.releve.console;

import io.releve.scheduler.Simulation;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code releve simulate}: what a cluster would do. It looks and computes; it changes nothing. */
@Command(
        name = "simulate",
        description = "Says what a cluster in this situation would do, and why. Changes nothing.",
        mixinStandardHelpOptions = true,
        versionProvider = Releve.Version.class,
        sortOptions = false,
        abbreviateSynopsis = true,
        footer = {
            "",
            "Examples:",
            "  releve simulate cib.xml",
            "  cibadmin --query | releve simulate - --set-node-offline n2",
            "  releve simulate cib.xml --fail-resource web@n1 --format actions"
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:done", "1:the input cannot be read, or the output cannot be written", "2:wrong usage"})
final class SimulateCommand implements Callable<Integer> {

    /** What is printed. */
    enum Format {
        TEXT,
        PLACEMENT,
        ACTIONS,
        GRAPH
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            description =
                    "A Pacemaker CIB (configuration and status), or what 'crm configure show' prints; - for the standard "
                            + "input.")
    private @Nullable String file;

    @Option(
            names = "--zookeeper",
            paramLabel = "SERVERS",
            description = "A running cluster instead of a file: ZooKeeper's servers, host:port,host:port. Needs "
                    + "--cluster.")
    private @Nullable String zooKeeper;

    @Option(names = "--cluster", paramLabel = "NAME", description = "The name of the running cluster.")
    private @Nullable String cluster;

    @Option(
            names = "--format",
            paramLabel = "FORM",
            converter = FormatReader.class,
            description = "text: for people; placement: where everything is afterwards; actions: what happens to each "
                    + "resource; graph: operations and their order. The last three are sorted lines with tabs. "
                    + "Default: text.")
    private Format format = Format.TEXT;

    @Option(
            names = "--now",
            paramLabel = "TIME",
            converter = MomentReader.class,
            description = "The time of the plan: 2026-01-31T12:00:00Z, or seconds since 1970. Default: the "
                    + "execution-date of the CIB, otherwise the present.")
    private @Nullable Instant now;

    @Option(
            names = "--explain",
            paramLabel = "RESOURCE",
            description = "In text: reasons for this resource only; can be repeated.")
    private Set<String> explained = new LinkedHashSet<>();

    @Option(names = "--no-reasons", description = "In text: no reasons.")
    private boolean noReasons;

    @Mixin
    private WhatIf whatIf = new WhatIf();

    @Option(
            names = "--cases",
            paramLabel = "DIR",
            description = "Plans every *.xml of this folder, each at the time that its cases.tsv says, if it has one. "
                    + "Needs --out.")
    private @Nullable Path cases;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where --cases writes CASE.placement, CASE.actions and CASE.graph; CASE.error for a case "
                    + "that cannot be read.")
    private @Nullable Path out;

    SimulateCommand() {}

    @Override
    public Integer call() {
        return cases == null && out == null ? one() : folder();
    }

    private int one() {
        Situation situation = situation();
        List<Change> changes = whatIf.changes();
        for (Change change : changes) {
            try {
                situation = change.apply(situation);
            } catch (IllegalArgumentException mistake) {
                throw usage("what if " + change.describe() + ": " + mistake.getMessage());
            }
        }
        Simulation simulation = Simulation.of(situation.config(), situation.state(), situation.now());
        print(lines(situation, simulation, changes));
        return 0;
    }

    private Situation situation() {
        if (zooKeeper != null || cluster != null) {
            if (zooKeeper == null || cluster == null) {
                throw usage("--zookeeper and --cluster belong together");
            }
            if (file != null) {
                throw usage("either a FILE or a running cluster, not both");
            }
            return RunningCluster.read(zooKeeper, cluster, Optional.ofNullable(now));
        }
        if (file == null) {
            throw usage("which situation? Name a CIB, - for the standard input, or a running cluster with --zookeeper "
                    + "and --cluster");
        }
        return SituationReader.read(file, Optional.ofNullable(now));
    }

    private List<String> lines(Situation situation, Simulation simulation, List<Change> changes) {
        return switch (format) {
            case TEXT -> PlanText.lines(situation, simulation, changes, explained(situation), !noReasons);
            case PLACEMENT -> simulation.placementLines();
            case ACTIONS -> simulation.actionLines();
            case GRAPH -> simulation.graphLines();
        };
    }

    /** What is to be explained: what was named, and what it is part of or made of. */
    private Set<String> explained(Situation situation) {
        Set<String> all = new LinkedHashSet<>();
        for (String id : explained) {
            Set<String> family = Family.of(situation.config(), id);
            if (family.isEmpty()) {
                throw usage("there is no resource '" + id + "' to explain");
            }
            all.addAll(family);
        }
        return all;
    }

    private int folder() {
        if (cases == null || out == null) {
            throw usage("--cases and --out belong together");
        }
        if (file != null
                || zooKeeper != null
                || cluster != null
                || !whatIf.changes().isEmpty()) {
            throw usage("--cases plans the files of its folder as they are: no FILE and no what-if with it");
        }
        if (!Files.isDirectory(cases)) {
            throw new ConsoleException(cases + ": is not a directory");
        }
        CaseRun.Result result = new CaseRun(cases, out, Optional.ofNullable(now)).run();
        List<String> lines = new ArrayList<>();
        lines.add(result.planned() + " cases planned, " + result.failed().size() + " could not be");
        result.failed().forEach(name -> lines.add("  " + name + ": see " + out.resolve(name + ".error")));
        print(lines);
        return 0;
    }

    private void print(List<String> lines) {
        PrintWriter to = spec.commandLine().getOut();
        lines.forEach(line -> to.print(line + "\n"));
        to.flush();
        if (to.checkError()) {
            throw new ConsoleException("the output cannot be written: the disk is full, or nobody reads it any more");
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** Reads a form of output. */
    static final class FormatReader implements ITypeConverter<Format> {
        @Override
        public Format convert(String value) {
            for (Format format : Format.values()) {
                if (format.name().equalsIgnoreCase(value)) {
                    return format;
                }
            }
            throw new TypeConversionException("'" + value + "' is none of text, placement, actions, graph");
        }
    }

    /** Reads a time. */
    static final class MomentReader implements ITypeConverter<Instant> {
        @Override
        public Instant convert(String value) {
            try {
                return Moment.parse(value);
            } catch (IllegalArgumentException mistake) {
                throw new TypeConversionException(mistake.getMessage());
            }
        }
    }
}
