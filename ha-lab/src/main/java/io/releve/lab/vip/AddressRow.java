package io.releve.lab.vip;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One row of the table.
 *
 * @param id its number, with a letter for who is tried
 * @param trial what is done
 * @param contender to whom
 */
public record AddressRow(String id, Trial trial, Contender contender) {

    /** An address that is unreachable for longer in a planned move is late. */
    private static final Duration UNREACHABLE = Duration.ofMillis(30);

    /** A neighbour that does not send to the new holder by then, in a planned move, is late. */
    private static final Duration NEIGHBOUR = Duration.ofMillis(50);

    /** The longest time that a lost holder's address may outlive its lease: a second of the kernel's, and its inexactness. */
    private static final Duration OVERRUN = Duration.ofMillis(1100);

    private static final List<AddressRow> ALL = Stream.of(Trial.values())
            .flatMap(trial -> Stream.of(Contender.values())
                    .filter(contender -> contender.isOurs() || isForAll(trial))
                    .map(contender -> new AddressRow("V" + trial.number() + contender.letter(), trial, contender)))
            .toList();

    private static boolean isForAll(Trial trial) {
        return trial != Trial.POWER_OFF_OF_ALL && trial != Trial.MANY_MOVES;
    }

    /** All rows, in order. */
    public static List<AddressRow> all() {
        return ALL;
    }

    /** For the table. */
    public String text() {
        return trial.toString();
    }

    /** Who moves the address. */
    public String who() {
        return contender.toString();
    }

    private boolean isOurMove() {
        return contender.isOurs() && (trial == Trial.MOVE || trial == Trial.MANY_MOVES);
    }

    /** The longest median time without an answer, if that is limited. */
    Optional<Duration> unreachableLimit() {
        return isOurMove() ? Optional.of(UNREACHABLE) : Optional.empty();
    }

    /** The longest median time from the loss of the address until the client sends to its new holder, if that is limited. */
    Optional<Duration> neighbourLimit() {
        return isOurMove() ? Optional.of(NEIGHBOUR) : Optional.empty();
    }

    /** When the address must be gone from its old host after the fault, if that is promised. */
    Optional<Duration> goneLimit(Duration lease) {
        boolean promised = contender.isOurs() && (trial == Trial.KILL || trial == Trial.FREEZE);
        return promised ? Optional.of(lease.plus(OVERRUN)) : Optional.empty();
    }
}
