package io.releve.lab.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.lab.faults.Row.Family;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MatrixTest {

    @Test
    void shouldNumberEachRowOnce() {
        assertThat(Matrix.all()).extracting(Row::id).doesNotHaveDuplicates().isNotEmpty();
    }

    @Test
    void shouldTryEachFaultOrSayWhyNot() {
        List<Integer> tried = Matrix.all().stream()
                .filter(row -> row.id().startsWith("F"))
                .map(row -> Integer.valueOf(row.id().replaceAll("[^0-9]", "")))
                .distinct()
                .toList();

        // 37 to 41 are the DataSource's, which has tests of its own; 49 is a day of all of them.
        assertThat(tried).containsAll(IntStream.rangeClosed(1, 36).boxed().toList());
        assertThat(tried).containsAll(IntStream.rangeClosed(42, 48).boxed().toList());
    }

    @Test
    void shouldBreakSomethingInEachRow() {
        assertThat(Matrix.all()).allSatisfy(row -> assertThat(row.faults()).isNotEmpty());
    }

    @Test
    void shouldHoldEveryFaultInTheWhole() {
        assertThat(Matrix.of(Family.ALL)).containsAll(Matrix.of(Family.MYSQL));
        assertThat(Matrix.of(Family.CALM)).isNotEmpty();
        assertThat(Matrix.of(Family.MYSQL)).isNotEmpty();
    }

    @Test
    void shouldHaveAPlaceForItsResultsInTheDocumentation() throws Exception {
        String page = Files.readString(Path.of("..", "docs", "faults.md"), StandardCharsets.UTF_8);

        assertThat(ResultTable.update(page, "", List.of())).contains("| row | fault |");
    }
}
