package dev.corpusmill.jobs

import dev.corpusmill.core.CorpusmillError
import munit.FunSuite

import java.util.concurrent.{Callable, Executors}
import scala.jdk.CollectionConverters._

/** What every storage must do. */
abstract class StorageSuite(storage: Storage, newStore: () => TestStore) extends FunSuite {
  protected lazy val store: TestStore = newStore()
  protected def bytes(text: String): Array[Byte] = text.getBytes("UTF-8")

  test("creates a file once, and leaves it as it was the second time") {
    val uri = store.uri("once/manifest.json")
    assertEquals(storage.create(uri, bytes("first")), true)
    assertEquals(storage.create(uri, bytes("second")), false)
    assertEquals(new String(storage.read(uri)), "first")
    assertEquals(storage.folderBytes(store.uri("once/")), 5L)
  }

  test("of many that create one file at a time exactly one wins, and its bytes are whole") {
    val uri = store.uri("race/claim.json")
    val contents = (1 to 32).map(number => s"$number " * 10000)
    val executor = Executors.newFixedThreadPool(8)
    val tasks = contents.map(text => (() => storage.create(uri, bytes(text))): Callable[Boolean])
    val wins = executor.invokeAll(tasks.asJava).asScala.map(_.get())
    executor.shutdown()
    assertEquals(wins.count(identity), 1)
    assertEquals(new String(storage.read(uri)), contents(wins.indexOf(true)))
  }

  test("replaces a file, and leaves nothing beside it") {
    val uri = store.uri("progress/progress.json")
    storage.replace(uri, bytes("one"))
    storage.replace(uri, bytes("three"))
    assertEquals(new String(storage.read(uri)), "three")
    assertEquals(storage.folderBytes(store.uri("progress/")), 5L)
  }

  test("says of a missing file that it is missing") {
    val uri = store.uri("nowhere.json")
    val errors =
      Seq(intercept[CorpusmillError](storage.read(uri)), intercept[CorpusmillError](storage.size(uri)))
    assertEquals(
      errors.map(error => (error.code, error.retryable)).distinct,
      Seq(("INPUT_MISSING", false))
    )
    assertEquals(storage.exists(uri), false)
  }

  test("deletes a folder with all below it, and does not mind when there is none") {
    storage.replace(store.uri("folder/deep/file"), bytes("x"))
    storage.deleteFolder(store.uri("folder/"))
    storage.deleteFolder(store.uri("folder/"))
    assertEquals(storage.exists(store.uri("folder/")), false)
    assertEquals(storage.folderBytes(store.uri("folder/")), 0L)
  }

  test("a staged file is there once it is published, and never where it is not") {
    val kept = storage.stage(store.uri("staged/kept"))
    kept.stream.write(bytes("kept"))
    assertEquals(storage.exists(store.uri("staged/kept")), false)
    kept.publish()
    kept.close()
    val dropped = storage.stage(store.uri("staged/dropped"))
    dropped.stream.write(bytes("dropped"))
    dropped.close()
    assertEquals(new String(storage.read(store.uri("staged/kept"))), "kept")
    assertEquals(storage.folderBytes(store.uri("staged/")), 4L)
  }

  test("keeps an empty file") {
    storage.replace(store.uri("empty"), Array.emptyByteArray)
    assertEquals(storage.read(store.uri("empty")).length, 0)
    assertEquals(storage.size(store.uri("empty")), 0L)
  }
}

class FileStorageSuite extends StorageSuite(FileStorage, () => new TestStore) {
  test("refuses schemes it has no storage for") {
    assertEquals(intercept[CorpusmillError](Storage.of("ftp://host/file")).code, "SPEC_INVALID")
  }
}
