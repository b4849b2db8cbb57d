package io.releve.console;

import io.releve.scheduler.Simulation;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Plans every case of a folder, and writes what would be done into another. */
final class CaseRun {

    private static final String SUFFIX = ".xml";
    private static final List<String> FORMS = List.of("placement", "actions", "graph", "error");

    private final Path cases;
    private final Path out;
    private final Optional<Instant> now;

    /**
     * Prepares a run.
     *
     * @param cases the folder of the {@code *.xml}; with {@code cases.tsv}, what that says of {@code now} holds
     * @param out where results go; made if it is not there
     * @param now the time of every plan; empty: that of the case
     */
    CaseRun(Path cases, Path out, Optional<Instant> now) {
        this.cases = cases;
        this.out = out;
        this.now = now;
    }

    /**
     * What came of a run.
     *
     * @param planned how many cases were planned
     * @param failed the cases that could not be
     */
    record Result(int planned, List<String> failed) {}

    Result run() {
        try {
            Files.createDirectories(out);
            Map<String, Instant> times = times();
            int planned = 0;
            List<String> failed = new ArrayList<>();
            for (Path file : files()) {
                String fileName = file.getFileName().toString();
                String name = fileName.substring(0, fileName.length() - SUFFIX.length());
                if (plan(name, file, now.or(() -> Optional.ofNullable(times.get(name))))) {
                    planned++;
                } else {
                    failed.add(name);
                }
            }
            return new Result(planned, failed);
        } catch (IOException broken) {
            throw new ConsoleException(broken.getClass().getSimpleName() + ": " + broken.getMessage(), broken);
        }
    }

    private boolean plan(String name, Path file, Optional<Instant> moment) throws IOException {
        for (String form : FORMS) {
            Files.deleteIfExists(out.resolve(name + "." + form));
        }
        Simulation simulation;
        try {
            Situation situation = SituationReader.read(file.toString(), moment);
            simulation = Simulation.of(situation.config(), situation.state(), situation.now());
        } catch (ConsoleException unreadable) {
            write(name, "error", List.of(String.valueOf(unreadable.getMessage())));
            return false;
        } catch (RuntimeException defect) {
            // One case must not end the others; the file tells what is to be reported.
            write(name, "error", List.of("cannot be planned: " + defect));
            return false;
        }
        write(name, "placement", simulation.placementLines());
        write(name, "actions", simulation.actionLines());
        write(name, "graph", simulation.graphLines());
        return true;
    }

    private void write(String name, String form, List<String> lines) throws IOException {
        StringBuilder text = new StringBuilder();
        lines.forEach(line -> text.append(line).append('\n'));
        Files.writeString(out.resolve(name + "." + form), text);
    }

    private List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(cases, "*" + SUFFIX)) {
            found.forEach(files::add);
        }
        files.sort(null);
        if (files.isEmpty()) {
            throw new ConsoleException(cases + ": no *" + SUFFIX + " in it");
        }
        return files;
    }

    /** What the table of cases says of the time, by case. */
    private Map<String, Instant> times() throws IOException {
        Path table = cases.resolve("cases.tsv");
        Map<String, Instant> times = new HashMap<>();
        if (!Files.exists(table)) {
            return times;
        }
        List<String> rows = Files.readAllLines(table);
        List<String> head = rows.isEmpty() ? List.of() : List.of(rows.get(0).split("\t", -1));
        int caseColumn = head.indexOf("case");
        int nowColumn = head.indexOf("now");
        if (caseColumn < 0 || nowColumn < 0) {
            return times;
        }
        for (String row : rows.subList(1, rows.size())) {
            String[] fields = row.split("\t", -1);
            if (fields.length > Math.max(caseColumn, nowColumn) && !fields[nowColumn].isBlank()) {
                times.put(fields[caseColumn], moment(table, fields[nowColumn]));
            }
        }
        return times;
    }

    private static Instant moment(Path table, String text) {
        try {
            return Moment.parse(text);
        } catch (IllegalArgumentException mistake) {
            throw new ConsoleException(table + ": " + mistake.getMessage(), mistake);
        }
    }
}
