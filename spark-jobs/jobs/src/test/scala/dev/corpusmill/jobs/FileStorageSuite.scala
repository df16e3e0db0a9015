package dev.corpusmill.jobs

import dev.corpusmill.core.CorpusmillError
import munit.FunSuite

import java.util.concurrent.{Callable, Executors}
import scala.jdk.CollectionConverters._

class FileStorageSuite extends FunSuite {
  private val store = new TestStore
  private def bytes(text: String): Array[Byte] = text.getBytes("UTF-8")

  test("creates a file once, and leaves it as it was the second time") {
    val uri = store.uri("once/manifest.json")
    assertEquals(FileStorage.create(uri, bytes("first")), true)
    assertEquals(FileStorage.create(uri, bytes("second")), false)
    assertEquals(new String(FileStorage.read(uri)), "first")
    assertEquals(FileStorage.folderBytes(store.uri("once/")), 5L)
  }

  test("of many that create one file at a time exactly one wins, and its bytes are whole") {
    val uri = store.uri("race/claim.json")
    val contents = (1 to 32).map(number => s"$number " * 10000)
    val executor = Executors.newFixedThreadPool(8)
    val tasks = contents.map(text => (() => FileStorage.create(uri, bytes(text))): Callable[Boolean])
    val wins = executor.invokeAll(tasks.asJava).asScala.map(_.get())
    executor.shutdown()
    assertEquals(wins.count(identity), 1)
    assertEquals(new String(FileStorage.read(uri)), contents(wins.indexOf(true)))
  }

  test("replaces a file, and leaves nothing beside it") {
    val uri = store.uri("progress/progress.json")
    FileStorage.replace(uri, bytes("one"))
    FileStorage.replace(uri, bytes("three"))
    assertEquals(new String(FileStorage.read(uri)), "three")
    assertEquals(FileStorage.folderBytes(store.uri("progress/")), 5L)
  }

  test("says of a missing file that it is missing") {
    val error = intercept[CorpusmillError](FileStorage.read(store.uri("nowhere.json")))
    assertEquals((error.code, error.retryable), ("INPUT_MISSING", false))
  }

  test("deletes a folder with all below it, and does not mind when there is none") {
    val stream = FileStorage.write(store.uri("folder/deep/file"))
    stream.close()
    FileStorage.deleteFolder(store.uri("folder/"))
    FileStorage.deleteFolder(store.uri("folder/"))
    assertEquals(FileStorage.exists(store.uri("folder/")), false)
    assertEquals(FileStorage.folderBytes(store.uri("folder/")), 0L)
  }

  test("refuses schemes it has no storage for") {
    assertEquals(intercept[CorpusmillError](Storage.of("ftp://host/file")).code, "SPEC_INVALID")
  }
}
