package io.releve.lab.vip;

import io.releve.examples.lab.LabException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs rows, one after the other; who is tried stays on the stage until somebody else is, or a run has failed. */
public final class AddressCampaign implements AutoCloseable {

    private final Path directory;
    private final Duration lease;
    private final Consumer<String> progress;
    private final Segment segment;
    private @Nullable Stage stage;
    private @Nullable Contender onStage;
    private int stages;

    /**
     * Makes the hosts; inside a sandbox, and once.
     *
     * @param directory where logs go
     * @param lease our nodes' lease
     * @param progress told what happens, line by line
     */
    public AddressCampaign(Path directory, Duration lease, Consumer<String> progress) throws InterruptedException {
        this.directory = directory;
        this.lease = lease;
        this.progress = progress;
        this.segment = Segment.make();
    }

    /** Who is compared with, with its version, if it is here. */
    public static Optional<String> rival() {
        return KeepalivedStage.obstacle().isEmpty() ? Optional.of(KeepalivedStage.version()) : Optional.empty();
    }

    /** Runs a row so many times; many moves in a row are made once. */
    public AddressResult run(AddressRow row, int times) throws IOException, InterruptedException {
        progress.accept(row.id() + " " + row.who() + ": " + row.text());
        List<AddressRun> runs = new ArrayList<>();
        Optional<String> obstacle = row.contender().isOurs()
                ? Optional.empty()
                : KeepalivedStage.obstacle().map(why -> "skipped: " + why);
        if (obstacle.isEmpty()) {
            try {
                run(row, times, runs);
            } catch (LabException failed) {
                progress.accept("  " + failed.getMessage());
                if (stage != null) {
                    progress.accept(stage.lastWords());
                }
                obstacle = Optional.of(AddressResult.ERROR
                        + String.valueOf(failed.getMessage())
                                .lines()
                                .findFirst()
                                .orElse(""));
                clear();
            }
        }
        AddressResult result = new AddressResult(row, runs, obstacle);
        progress.accept("  " + result.verdict());
        return result;
    }

    private void run(AddressRow row, int times, List<AddressRun> runs) throws IOException, InterruptedException {
        if (row.trial() == Trial.MANY_MOVES) {
            runs.addAll(new AddressRunner(segment, stageFor(row.contender()), row, lease).runMany(AddressRunner.MANY));
            return;
        }
        for (int i = 0; i < times; i++) {
            AddressRun run = new AddressRunner(segment, stageFor(row.contender()), row, lease).run();
            runs.add(run);
            progress.accept("  " + new AddressResult(row, List.of(run), Optional.empty()).line());
            if (row.contender().isOurs() && !run.broken().isEmpty() && stage != null) {
                progress.accept(stage.lastWords());
                clear();
            }
        }
    }

    private Stage stageFor(Contender contender) throws IOException, InterruptedException {
        Stage ready = stage;
        if (ready == null || onStage != contender) {
            clear();
            Path place = directory.resolve("stage" + ++stages);
            ready = switch (contender) {
                case RELEVE -> new ReleveStage(segment, place, lease);
                case KEEPALIVED -> new KeepalivedStage(segment, place, false);
                case KEEPALIVED_FASTEST -> new KeepalivedStage(segment, place, true);
            };
            stage = ready;
            onStage = contender;
        }
        return ready;
    }

    private void clear() throws IOException {
        Stage old = stage;
        stage = null;
        if (old != null) {
            old.close();
        }
    }

    @Override
    public void close() throws IOException {
        clear();
        segment.close();
    }
}
