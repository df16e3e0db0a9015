package dev.corpusmill.jobs

import munit.FunSuite
import org.apache.hadoop.conf.Configuration
import org.apache.hadoop.fs.{FileSystem, Path}

import java.nio.file.Files

class PlainLocalFileSystemSuite extends FunSuite {
  private val folder = FunFixture[java.nio.file.Path](
    setup = _ => Files.createTempDirectory("corpusmill-plain-"),
    teardown = path => FileStorage.deleteFolder(path.toUri.toString)
  )

  private def configuration: Configuration = {
    val made = new Configuration(false)
    made.setClass("fs.file.impl", classOf[PlainLocalFileSystem], classOf[FileSystem])
    made.setBoolean("fs.file.impl.disable.cache", true)
    made
  }

  folder.test("leaves no checksum file beside what it writes") { path =>
    val file = new Path(path.toUri.toString, "a.parquet")
    val stream = file.getFileSystem(configuration).create(file)
    stream.write(Array[Byte](1, 2, 3))
    stream.close()
    assertEquals(path.toFile.list().toSeq, Seq("a.parquet"))
  }

  test("is what S3A buffers its uploads on, where it is set for file URIs") {
    assert(FileSystem.getLocal(configuration).isInstanceOf[PlainLocalFileSystem])
  }
}
