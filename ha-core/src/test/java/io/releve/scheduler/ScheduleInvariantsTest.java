package io.releve.scheduler;

import static org.assertj.core.api.Assertions.fail;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * What must hold whatever is declared and whatever happens, tried on generated clusters. More than the few thousand of a
 * build are played with {@code -Dreleve.invariants.cases=1000000}, others with {@code -Dreleve.invariants.seed=7}.
 */
class ScheduleInvariantsTest {

    private static final int CASES = Integer.getInteger("releve.invariants.cases", 6_000);
    private static final long SEED = Long.getLong("releve.invariants.seed", 1);

    @Test
    void shouldKeepItsPromisesWhateverHappens() {
        for (long seed = SEED; seed < SEED + CASES; seed++) {
            ClusterCase play = RandomCluster.of(new SplittableRandom(seed));
            Optional<Violation> violation = Rehearsal.of(play);
            if (violation.isPresent()) {
                ClusterCase least = minimal(play, violation.get().rule());
                fail(
                        "seed %d: %s%n%nthe least that shows it:%n%s%n%s",
                        seed,
                        violation.get().getMessage(),
                        least,
                        Rehearsal.of(least).map(Violation::getMessage).orElse(""));
            }
        }
    }

    /** The case with everything left out without which the same rule is still broken. */
    static ClusterCase minimal(ClusterCase play, String rule) {
        ClusterCase least = play;
        Optional<ClusterCase> smaller = Optional.of(play);
        while (smaller.isPresent()) {
            least = smaller.get();
            smaller = least.smaller()
                    .filter(one -> Rehearsal.of(one)
                            .map(Violation::rule)
                            .filter(rule::equals)
                            .isPresent())
                    .findFirst();
        }
        return least;
    }

    /** Counts violations by rule; for whoever works on the scheduler. */
    public static void main(String[] args) {
        int cases = args.length > 0 ? Integer.parseInt(args[0]) : CASES;
        long first = args.length > 1 ? Long.parseLong(args[1]) : SEED;
        int shown = args.length > 2 ? Integer.parseInt(args[2]) : 1;
        Map<String, Integer> counts = new HashMap<>();
        long begin = System.nanoTime();
        for (long seed = first; seed < first + cases; seed++) {
            ClusterCase play = RandomCluster.of(new SplittableRandom(seed));
            Optional<Violation> violation = Rehearsal.of(play);
            if (violation.isPresent() && counts.merge(violation.get().rule(), 1, Integer::sum) <= shown) {
                ClusterCase least = minimal(play, violation.get().rule());
                System.out.println("seed " + seed + "\n" + least
                        + Rehearsal.of(least).map(Violation::getMessage).orElse("") + "\n");
            }
        }
        System.out.println(cases + " cases in " + (System.nanoTime() - begin) / 1_000_000 + " ms: " + counts);
    }
}
