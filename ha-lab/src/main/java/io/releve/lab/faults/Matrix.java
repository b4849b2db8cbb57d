package io.releve.lab.faults;

import java.util.List;
import java.util.stream.Stream;

/** All rows. */
final class Matrix {

    private static final List<Row> ROWS = Stream.of(
                    DeathRows.all(),
                    FreezeRows.all(),
                    CutRows.all(),
                    SeriesRows.all(),
                    ZooKeeperRows.all(),
                    ReplicaRows.all(),
                    MoveRows.all(),
                    ShortageRows.all(),
                    CalmRows.all(),
                    UntriedRows.all())
            .flatMap(List::stream)
            .toList();

    private Matrix() {}

    /** All rows, in order. */
    static List<Row> all() {
        return ROWS;
    }

    /** The rows of a family, in order. */
    static List<Row> of(Row.Family family) {
        return ROWS.stream().filter(row -> row.families().contains(family)).toList();
    }
}
