package io.releve.pacemaker;

import io.releve.scheduler.Simulation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Runs the cases of Pacemaker's own regression suite in a folder, and compares what comes out. */
final class PacemakerCases {

    static final List<String> LEVELS = List.of("placement", "actions", "graph");

    private final Path folder;
    private final Map<String, String[]> rows = new LinkedHashMap<>();

    PacemakerCases(Path folder) throws IOException {
        this.folder = folder;
        for (String line : Files.readAllLines(folder.resolve("cases.tsv"))) {
            String[] row = line.split("\t", -1);
            if (row.length > 5 && !row[0].equals("case")) {
                rows.put(row[0], row);
            }
        }
    }

    Set<String> names() {
        return rows.keySet();
    }

    String tier(String name) {
        return rows.get(name)[1];
    }

    /** What came out at each level, or the error. */
    Map<String, List<String>> run(String name) throws IOException {
        Path file = folder.resolve(name + ".xml");
        Optional<Instant> now = now(name);
        Cib cib = now.isPresent() ? CibReader.read(file, now.orElseThrow()) : CibReader.read(file);
        Simulation simulation = Simulation.of(
                cib.config(), cib.state(), now.or(cib::executionDate).orElseGet(Instant::now));
        Map<String, List<String>> result = new TreeMap<>();
        result.put("placement", simulation.placementLines());
        result.put("actions", simulation.actionLines());
        result.put("graph", simulation.graphLines());
        return result;
    }

    private Optional<Instant> now(String name) {
        String text = rows.get(name)[5];
        return text.isEmpty() ? Optional.empty() : Optional.of(Words.date(text).orElseThrow());
    }

    List<String> expected(String name, String level) throws IOException {
        return Files.readAllLines(folder.resolve(name + "." + level));
    }

    /** The agreement, as {@code level case}. */
    Set<String> agreed(Map<String, String> errors) throws IOException {
        Set<String> agreed = new TreeSet<>();
        for (String name : names()) {
            try {
                Map<String, List<String>> actual = run(name);
                for (String level : LEVELS) {
                    if (expected(name, level).equals(actual.get(level))) {
                        agreed.add(level + " " + name);
                    }
                }
            } catch (RuntimeException broken) {
                errors.put(name, broken.toString());
            }
        }
        return agreed;
    }

    /** A line per tier with the agreement at each level. */
    List<String> report(Set<String> agreed) {
        List<String> lines = new ArrayList<>();
        for (String tier : List.of("1", "2")) {
            List<String> names =
                    names().stream().filter(name -> tier(name).equals(tier)).toList();
            StringBuilder line = new StringBuilder("tier " + tier + " (" + names.size() + " cases):");
            for (String level : LEVELS) {
                long count = names.stream()
                        .filter(name -> agreed.contains(level + " " + name))
                        .count();
                line.append(String.format(" %s %d (%.1f %%)", level, count, 100.0 * count / names.size()));
            }
            lines.add(line.toString());
        }
        return lines;
    }

    /** For a person at work on the semantics: no argument for the figures, a case's name for its differences. */
    public static void main(String[] args) throws IOException {
        PacemakerCases cases = new PacemakerCases(Path.of(args[0]));
        if (args.length == 1) {
            Map<String, String> errors = new TreeMap<>();
            Set<String> agreed = cases.agreed(errors);
            for (String name : cases.names()) {
                List<String> wrong = LEVELS.stream()
                        .filter(level -> !agreed.contains(level + " " + name))
                        .toList();
                if (!wrong.isEmpty()) {
                    System.out.println("differs\t" + cases.tier(name) + "\t" + name + "\t" + String.join(",", wrong)
                            + "\t" + errors.getOrDefault(name, ""));
                }
            }
            agreed.forEach(line -> System.out.println("agreed\t" + line));
            cases.report(agreed).forEach(System.out::println);
            return;
        }
        for (int i = 1; i < args.length; i++) {
            Map<String, List<String>> actual = cases.run(args[i]);
            System.out.println("=== " + args[i]);
            for (String level : LEVELS) {
                List<String> expected = cases.expected(args[i], level);
                List<String> got = actual.get(level);
                expected.stream()
                        .filter(line -> !got.contains(line))
                        .forEach(line -> System.out.println(level + "\t- " + line));
                got.stream()
                        .filter(line -> !expected.contains(line))
                        .forEach(line -> System.out.println(level + "\t+ " + line));
            }
        }
    }
}
